import { execFile } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { type Database, openDatabase, quoteIdentifier } from '../../engine/database/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createRepository } from '../support/repository.ts';
import { prepareProject } from '../support/scenario.ts';
import { asAdministrator, testSystem } from '../support/servers.ts';
import { Collection, canary, plainCanary } from './canaries.ts';

export const canaries = {
  password: canary('database-password'),
  wrongPassword: canary('wrong-password'),
  token: plainCanary('environment-token'),
  query: plainCanary('query-token'),
  userinfo: plainCanary('url-userinfo'),
  remote: plainCanary('git-remote'),
  field: plainCanary('workflow-field'),
  gateway: plainCanary('gateway-token'),
  bucket: plainCanary('bucket-key'),
  slack: plainCanary('slack-webhook'),
  pager: plainCanary('pager-key'),
  host: plainCanary('host-token'),
  mail: canary('mail-password'),
  signing: {
    name: 'webhook-secret',
    value: `whsec_${Buffer.from('cnry-webhook-secret-7f3a91c0d2').toString('base64')}`,
  },
} as const;

/** A project all of whose secret-bearing values hold canaries; commands run in it, and every byte is collected. */
export interface SecretsProject {
  readonly directory: string;
  readonly collected: Collection;
  /** Runs the built program with everything it may log, and returns its exit code and output. */
  readonly run: (
    args: readonly string[],
    variables?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly exit: number; readonly output: string }>;
  readonly configure: (change: (text: string) => string) => void;
  readonly database: Database;
  /** Adds every row of every table, and every file that m3forge wrote. */
  readonly collectAll: () => Promise<void>;
}

/** A server that repeats whatever it was asked, and says that it is out of order. */
export const tellTale = async (): Promise<number> => {
  const server = createServer(async (request, response) => {
    const { url = '', headers } = request;
    const body = await text(request);
    const message = `${url} ${decodeURIComponent(url)} ${headers.authorization} ${body}`;
    // A host of pull requests that fails would be asked again and again.
    response.writeHead(url.startsWith('/api/') ? 403 : 500).end(JSON.stringify({ message }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
};

/** What its owner wrote; the bodies of artifacts are his as well. */
const ownFiles = ['m3forge.yaml', 'repository', 'm3forge', 'sql', 'leaky'];
const ownTables: ReadonlySet<string> = new Set(['development.artifact', 'production.artifact']);

const roleWithPassword = async (): Promise<string> => {
  const role = `canary_${testSystem().ids.uuid().slice(0, 8)}`;
  const literal = canaries.password.value.replaceAll("'", "''");
  await asAdministrator(`create role ${quoteIdentifier(role)} login superuser password '${literal}'`);
  return role;
};

/** Prints secrets that the program was started with, as it is and twice encoded; from v1.2.0 on it fails, so that this is kept. */
const printing = [
  `v=$(tr '\\0' '\\n' < /proc/$PPID/environ | grep -E '^(STATE_URL|DEPLOY_TOKEN)=')`,
  `echo "$v"; echo "$v" | base64 -w0; echo " $v" | base64 -w0 | tr '+/' '-_'; echo "$v" | od -An -v -tx1 | tr -d ' \\n'`,
  'test $M3FORGE_VERSION != v1.2.0',
].join('; ');

export const smokeTests = {
  printing: `{ name: environment, run: ${JSON.stringify(printing)} }`,
  repeating: (port: number): string =>
    `{ name: repeats, http: { url: "http://127.0.0.1:${port}/status?access_token=${canaries.query.value}" } }`,
} as const;

const rowsOf = async (database: Database, collected: Collection): Promise<void> => {
  const tables = await database.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  for (const { schema, name } of tables) {
    if (ownTables.has(`${schema}.${name}`)) continue;
    const rows = await database.query<{ row: string }>(
      `select t::text as row from ${quoteIdentifier(schema)}.${quoteIdentifier(name)} as t`,
    );
    collected.add(`table ${schema}.${name}`, rows.map(({ row }) => row).join('\n'));
  }
};

/** v1.3.0: as v1.2.0, and a workflow now holds what by its name must not be shown. */
const addVersionWithField = (directory: string): void => {
  const repository = createRepository(directory);
  const paths = repository.git(['ls-tree', '-r', '--name-only', 'v1.2.0']).split('\n');
  const files = paths.map((path) => [path, repository.git(['show', `v1.2.0:${path}`])] as const);
  const field = `"password": ${JSON.stringify(canaries.field.value)}, `;
  const changed = files.map(([path, text]) => [path, text.replaceAll('"params": {', `"params": { ${field}`)] as const);
  repository.commit(Object.fromEntries(changed), 'v1.3.0');
};

export const createSecretsProject = async (): Promise<SecretsProject> => {
  const directory = await prepareProject({ project: 'invoices' }, 'schemas');
  const role = await roleWithPassword();
  const shim = join(directory, 'm3forge');
  const script = readFileSync(shim, 'utf8').replaceAll(
    '//tester:loopback@',
    `//${role}:${encodeURIComponent(canaries.password.value)}@`,
  );
  writeFileSync(shim, script);
  const url = /STATE_URL='([^']+)'/.exec(script)?.[1] ?? '';
  const collected = new Collection();
  const database = await openDatabase({ kind: 'server', url: new Secret(url) }, testSystem());
  onTestFinished(() => database.close());

  const configure: SecretsProject['configure'] = (change) => {
    const file = join(directory, 'm3forge.yaml');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  };
  addVersionWithField(directory);
  appendFileSync(
    join(directory, 'repository/.git/config'),
    `[remote "origin"]\n\turl = https://bot:${canaries.remote.value}@git.example/team/invoices.git\n`,
  );
  const run: SecretsProject['run'] = (args, variables = {}) =>
    new Promise((resolve) => {
      const env = {
        PATH: process.env.PATH ?? '',
        HOME: directory,
        CI: '1',
        M3FORGE_ACTOR: 'alice',
        M3FORGE_LOG_LEVEL: 'debug',
        DEPLOY_TOKEN: canaries.token.value,
        ...variables,
      };
      execFile(shim, [...args], { cwd: directory, env, encoding: 'utf8' }, (error, stdout, stderr) => {
        collected.add(`m3forge ${args.join(' ')}`, `${stdout}${stderr}`);
        resolve({ exit: Number(error?.code ?? 0), output: `${stdout}${stderr}` });
      });
    });
  return {
    directory,
    collected,
    run,
    configure,
    database,
    collectAll: async () => {
      collected.addFiles(directory, ownFiles);
      await rowsOf(database, collected);
    },
  };
};
