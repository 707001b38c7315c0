import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FailpointName } from '../../engine/system/index.ts';
import { prepareProject, runCommand } from '../support/scenario.ts';

// The program as it is installed, on real files and a real server.

const select = '--target development';

const json = async (directory: string, command: string) =>
  JSON.parse((await runCommand(`m3forge ${command} --json 2>/dev/null`, directory)).output.replaceAll('<id>', ''));

/** v1.1.0 runs, and there is one backup, of v1.0.0. The ids of the listing are hidden, those of the files are not. */
const started = async (): Promise<{ readonly directory: string; readonly folder: string; readonly id: string }> => {
  const directory = await prepareProject({ project: 'invoices' }, 'schemas');
  for (const version of ['v1.0.0', 'v1.1.0']) {
    expect(await runCommand(`m3forge apply ${select} --version ${version} --yes`, directory)).toMatchObject({
      exit: 0,
    });
  }
  const [place = ''] = readdirSync(join(directory, '.m3forge-backups'));
  const folder = join(directory, '.m3forge-backups', place);
  const [file = ''] = readdirSync(folder);
  return { directory, folder, id: file.slice(0, 36) };
};

const tables = ['place', 'artifact_version', 'artifact', 'marker', 'activation', 'variable'];

/** Everything in the place, its fence included, and every release of the state. */
const everything = async (directory: string): Promise<string> => {
  const parts = tables.map(
    (table) => `select '${table}', (select jsonb_agg(t order by t::text) from development.${table} t)`,
  );
  const all = [...parts, `select 'release', (select jsonb_agg(r order by r.n) from m3forge.release r)`];
  return (await runCommand(`sql "${all.join(' union all ')}"`, directory)).output;
};

const restore = (directory: string, id: string, variables: Readonly<Record<string, string>> = {}) =>
  runCommand(`m3forge backup restore ${id} ${select} --yes`, directory, variables);

test('one changed byte of any file stops a restore before it begins, and nothing was changed', async () => {
  const { directory, folder, id } = await started();
  const before = await everything(directory);
  const files = readdirSync(folder);
  expect(files.map((name) => name.slice(36)).sort()).toEqual(['.lines.json', '.pack', '.whole.json']);
  for (const name of files) {
    const path = join(folder, name);
    const whole = readFileSync(path);
    const changed = Buffer.from(whole);
    changed[Math.floor(whole.length / 2)] = (whole[Math.floor(whole.length / 2)] ?? 0) ^ 1;
    writeFileSync(path, changed);
    const refused = await restore(directory, id);
    expect([name, refused.exit, refused.output]).toEqual([name, 1, expect.stringContaining('[backup-damaged]')]);
    writeFileSync(path, whole);
  }
  expect(await everything(directory)).toBe(before);
  // What was found is on record: a backup that was damaged is trusted again only when it was read to its end.
  const audited = await runCommand(
    `sql "select event, count(*)::int as n from m3forge.audit where event like 'backup.%' group by 1 order by 1"`,
    directory,
  );
  expect(audited.output.split('\n').map((line) => JSON.parse(line))).toEqual([
    { event: 'backup.damaged', n: 3 },
    { event: 'backup.taken', n: 1 },
  ]);
});

test('an older backup under the newer name is found', async () => {
  const { directory, folder, id } = await started();
  expect(await runCommand(`m3forge apply ${select} --version v1.2.0 --yes`, directory)).toMatchObject({ exit: 0 });
  const newer =
    readdirSync(folder)
      .find((name) => !name.startsWith(id))
      ?.slice(0, 36) ?? '';
  const before = await everything(directory);
  for (const [from, to] of [
    ['.pack', '.pack'],
    ['.whole.json', '.json'],
  ] as const) {
    copyFileSync(join(folder, `${id}${from}`), join(folder, `${newer}${to}`));
    expect(await restore(directory, newer)).toMatchObject({
      exit: 1,
      output: expect.stringContaining('[backup-damaged]'),
    });
  }
  expect(await everything(directory)).toBe(before);
});

/** Points of a restore in the order in which it comes to them; where it dies, v1.1.0 stays, except at the last. */
const points: readonly (readonly [FailpointName, 'v1.0.0' | 'v1.1.0'])[] = [
  ['after-start-recorded', 'v1.1.0'],
  ['backup-half-written', 'v1.1.0'],
  ['write-before-commit', 'v1.1.0'],
  ['activate-after-commit', 'v1.1.0'],
  ['after-success-recorded', 'v1.0.0'],
];

const draftsIn = (folder: string): readonly string[] => readdirSync(folder).filter((name) => name.endsWith('.partial'));

test('a restore is a release: killed anywhere it is recovered, and it has a backup, a history and a way back', async () => {
  const { directory, folder, id } = await started();
  for (const [point, version] of points) {
    expect([point, (await restore(directory, id, { M3FORGE_FAILPOINTS: `${point}=kill9` })).exit]).toEqual([
      point,
      137,
    ]);
    // What was half-written is no backup, and the next one that is written takes it away.
    expect(draftsIn(folder)).toHaveLength(point === 'backup-half-written' ? 1 : 0);
    expect(await runCommand('m3forge recover', directory)).toMatchObject({ exit: 0 });
    expect((await json(directory, `status ${select}`))[0].version).toBe(version);
  }
  const history: readonly { readonly kind: string; readonly state: string; readonly backup: string | null }[] =
    await json(directory, 'history');
  expect(
    history
      .slice(0, 5)
      .map(({ kind, state, backup }) => `${kind} ${state} ${backup === null ? 'without' : 'with'} a backup`),
  ).toEqual([
    'restore succeeded with a backup',
    'restore rolled_back with a backup',
    'restore failed with a backup',
    'restore failed without a backup',
    'restore failed without a backup',
  ]);
  expect(await json(directory, 'backup list')).toHaveLength(2);
  expect(await runCommand('m3forge backup verify --full', directory)).toMatchObject({ exit: 0 });

  // The way back: the newer backup, restored where a smoke test does not pass, leaves what ran before.
  const newer =
    readdirSync(folder)
      .find((name) => !name.startsWith(id))
      ?.slice(0, 36) ?? '';
  await runCommand(
    `sed -i 's/version: ^1.0 }/version: ^1.0, smoke_tests: [{ name: check, run: "exit 1" }] }/' m3forge.yaml`,
    directory,
  );
  expect(await restore(directory, newer)).toMatchObject({ exit: 8 });
  expect((await json(directory, `status ${select}`))[0].version).toBe('v1.0.0');
  expect(await runCommand('m3forge drift', directory)).toMatchObject({ exit: 0 });
});
