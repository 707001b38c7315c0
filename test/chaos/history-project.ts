import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { createRepository } from '../support/repository.ts';
import { contents } from './contents.ts';
import { failingVersion, keepLast } from './history-model.ts';
import type { DatabaseKind } from './world.ts';

/**
 * What random histories are played on. To make it in the folder one is in:
 *
 *     node test/chaos/history-project.ts embedded
 *     node test/chaos/history-project.ts server        (with CHAOS_URL)
 */
export const historyConfiguration = (database: DatabaseKind): string => {
  const url = database === 'embedded' ? 'embedded' : `"\${env.CHAOS_URL}"`;
  return `version: 1
project: history
state: { database: ${url} }
source: { repository: repository }
backups: { retention: { keep_last: ${keepLast} } }
environments:
  production: { type: development, database: { url: ${url}, schema: production } }
targets:
  production:
    environment: production
    version: ^1.0
    smoke_tests:
      - { name: check, run: './smoke-test' }
`;
};

const write = (path: string, text: string, mode?: number): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
};

const makeProject = (directory: string, database: DatabaseKind): void => {
  const repository = createRepository(directory);
  for (const [version, workflows] of Object.entries(contents)) {
    const files = Object.entries(workflows).map(([name, text]) => [`workflows/${name}.json`, text] as const);
    repository.commit(Object.fromEntries(files), version);
  }
  write(join(directory, 'm3forge.yaml'), historyConfiguration(database));
  write(join(directory, 'smoke-test'), `#!/bin/sh\n[ "$M3FORGE_VERSION" != ${failingVersion} ]\n`, 0o755);
  const tool = (file: string): string =>
    `#!/bin/sh\nexec node --no-warnings '${join(import.meta.dirname, file)}' "$@"\n`;
  write(join(directory, 'bin/m3forge'), tool('../../dist/main.js'), 0o755);
  write(join(directory, 'bin/sql'), tool('history-sql.ts'), 0o755);
};

if (import.meta.main) makeProject(process.cwd(), argv[2] === 'server' ? 'server' : 'embedded');
