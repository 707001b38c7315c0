// `sql STATEMENT` in a scenario: somebody with access to the development database edits it by hand.
import { join } from 'node:path';
import { openDatabase } from '../../engine/database/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';
import { Secret } from '../../engine/values/index.ts';

const [url = '', directory = '', statement = ''] = process.argv.slice(2);
const system = realSystem(
  createLog('silent', () => undefined),
  new AbortController().signal,
);
const database = await openDatabase(
  url === 'embedded'
    ? { kind: 'embedded', directory: join(directory, '.m3forge') }
    : { kind: 'server', url: new Secret(url) },
  system,
);
for (const row of await database.query(statement)) process.stdout.write(`${JSON.stringify(row)}\n`);
await database.close();
