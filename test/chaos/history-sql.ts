import { join } from 'node:path';
import { argv, env } from 'node:process';
import { type DatabaseLocation, openDatabase } from '../../engine/database/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { quietSystem } from './quiet-system.ts';

/** Carries out SQL past the program, on a server or in a directory. */
export const executeSql = async (location: DatabaseLocation, sql: string): Promise<void> => {
  const database = await openDatabase(location, quietSystem, { lockTimeoutMs: 0, command: 'chaos' });
  try {
    await database.execute(sql);
  } finally {
    await database.close();
  }
};

/** `sql "update …"` in a project of `history-project.ts`: `psql` does not know the embedded database. */
if (import.meta.main) {
  const location: DatabaseLocation = env.CHAOS_URL
    ? { kind: 'server', url: new Secret(env.CHAOS_URL) }
    : { kind: 'embedded', directory: join(process.cwd(), '.m3forge') };
  await executeSql(location, argv[2] ?? '');
}
