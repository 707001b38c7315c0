import { cpSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepareProject, runCommand } from '../support/scenario.ts';
import { temporaryDirectory } from '../support/servers.ts';

const failingFiles = join(import.meta.dirname, '../support/failing-files.ts');
let whole: string;

beforeAll(async () => {
  whole = await prepareProject({ project: 'invoices' }, 'embedded');
  expect(await runCommand('m3forge apply --target development --yes', whole)).toMatchObject({ exit: 0 });
});

/** A copy of a project whose embedded database holds a release. */
const copied = (): string => {
  const directory = temporaryDirectory();
  cpSync(whole, directory, { recursive: true });
  return directory;
};

const expectOneError = (ran: { readonly exit: number; readonly output: string }, code: string): void => {
  expect(ran.output).toContain(`[${code}]`);
  expect(ran.output.match(/^╷ Error/gm)).toHaveLength(1);
  expect(ran.output).not.toMatch(/^\s+at |is a bug/m);
  expect([1, 9]).toContain(ran.exit);
};

const log = (data: string): string => {
  const [file = ''] = readdirSync(join(data, 'pg_wal')).filter((name) => /^[0-9A-F]{24}$/.test(name));
  return join(data, 'pg_wal', file);
};

const tables = (data: string): readonly string[] =>
  readdirSync(join(data, 'base'), { recursive: true, withFileTypes: true })
    .filter(({ name }) => Number(name) >= 16_384)
    .map((entry) => join(entry.parentPath, entry.name));

const damages: Readonly<Record<string, (data: string) => void>> = {
  'a torn control file': (data) => truncateSync(join(data, 'global/pg_control'), 100),
  'a control file of rubbish': (data) => writeFileSync(join(data, 'global/pg_control'), 'x'.repeat(8192)),
  'a cut write-ahead log': (data) => truncateSync(log(data), 4096),
  'no write-ahead log': (data) => rmSync(log(data)),
  'a missing PG_VERSION': (data) => rmSync(join(data, 'PG_VERSION')),
  'a missing pg_hba.conf': (data) => rmSync(join(data, 'pg_hba.conf')),
  'missing tables': (data) => tables(data).forEach((file) => void rmSync(file)),
  'tables of rubbish': (data) => tables(data).forEach((file) => void writeFileSync(file, 'x'.repeat(8192))),
};

test.each(Object.entries(damages))(
  'with %s there is one clear error, and nothing is set up over it',
  async (_, damage) => {
    const directory = copied();
    damage(join(directory, '.m3forge/data'));
    expectOneError(await runCommand('m3forge status', directory), 'database-corrupted');
    expect(readdirSync(join(directory, '.m3forge'))).toEqual(['data']);
  },
);

describe('writes that fail', () => {
  const failing = (directory: string, specification: string) => ({
    NODE_OPTIONS: `--import ${failingFiles}`,
    FAIL_WRITES: specification,
    FAIL_WRITES_BELOW: join(directory, '.m3forge'),
  });
  const apply = 'm3forge apply --target production --yes';

  test.each([
    ['EROFS@1', 'database-embedded-unwritable'],
    ['ENOSPC@40', 'database-disk-full'],
    // In the middle of the release, where PostgreSQL alone would try for ever.
    ['ENOSPC@400', 'database-disk-full'],
  ])('%s is %s, and once the cause is gone all goes on', async (specification, code) => {
    const directory = copied();
    expectOneError(await runCommand(apply, directory, failing(directory, specification)), code);
    expect(readdirSync(join(directory, '.m3forge'))).toEqual(['data']);
    expect(await runCommand(apply, directory)).toMatchObject({ exit: 0 });
  });

  test('a disk that is full from the start leaves nothing that is in the way', async () => {
    const directory = copied();
    rmSync(join(directory, '.m3forge'), { recursive: true });
    expectOneError(
      await runCommand('m3forge status', directory, failing(directory, 'ENOSPC@30')),
      'database-disk-full',
    );
    expect(await runCommand('m3forge status', directory)).toMatchObject({ exit: 0 });
  });
});

test('what a killed process left is listed, and can be given away without force', async () => {
  const directory = copied();
  const variables = { M3FORGE_FAILPOINTS: 'after-intent=kill9' };
  expect(await runCommand('m3forge apply --target production --yes', directory, variables)).toMatchObject({
    exit: 137,
  });
  const { output } = await runCommand('m3forge lock list --json', directory);
  expect(JSON.parse(output)).toMatchObject([{ holder: 'alice', condition: 'ended', waiting: 0 }]);
  const id = `$(m3forge lock list --json | sed -n 's/.*"id": "\\(.*\\)",/\\1/p')`;
  expect(await runCommand(`m3forge lock release ${id} --reason "it was killed"`, directory)).toMatchObject({
    exit: 0,
    output: expect.stringMatching(
      /^Released\. alice \(release v1\.\d\.0 to production, pid <pid> on <host> does not hold/,
    ),
  });
  expect(await runCommand(`m3forge lock release 12345678`, directory)).toMatchObject({
    exit: 1,
    output: expect.stringContaining('[lease-unknown]'),
  });
});
