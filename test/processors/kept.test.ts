import { expect, test } from 'vitest';
import { listAllBackups, prune, restoreBackup, verifyBackups } from '../../engine/operations/index.ts';
import { processorFiles } from '../support/processors.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';

const read = async (project: TestProject): Promise<Readonly<Record<string, string>>> => {
  const rows = await project.sql<{ path: string; content: string }>(
    'development',
    `select path, encode(content, 'hex') as content from :place.processor_files order by path`,
  );
  return Object.fromEntries(rows.map(({ path, content }) => [path, Buffer.from(content, 'hex').toString('utf8')]));
};

const bodiesIn = async (project: TestProject): Promise<number> => {
  const [row] = await project.sql<{ n: number }>('development', 'select count(*)::integer as n from :place.artifact');
  return row?.n ?? 0;
};

/** What the steps of the last release said they had done. */
const said = (project: TestProject, step: string): string =>
  project.events
    .flatMap((event) => (event.type === 'step_complete' && event.step === step ? [event.detail] : []))
    .at(-1) ?? '';

test('one changed file costs one body, in the place and in the backup; backups restore, and pruning forgets', async () => {
  const project = await createProject('schemas');
  const versions = ['one', 'two', 'three'].map((text) => ({ 'main.py': text, 'a.bin': 'same', 'b/c.txt': 'same too' }));
  for (const [index, files] of versions.entries()) {
    project.repository.commit(processorFiles('ocr', files), `v1.${index}.0`);
    expect((await project.apply()).problems).toEqual([]);
  }
  // The body of the processor itself names the file, so that one goes with it.
  expect(said(project, 'write')).toBe('sequence 3: 1 artifact changed, 2 bodies written');
  const backups = valueIn(await listAllBackups(project.context, { target: undefined, lockTimeoutMs: 0 }));
  expect(backups.map(({ version, bodies }) => [version, bodies])).toEqual([
    ['v1.1.0', 2],
    ['v1.0.0', 4],
  ]);
  expect(valueIn(await verifyBackups(project.context, { id: undefined, full: true, lockTimeoutMs: 0 }))).toMatchObject([
    { missing: 0 },
    { missing: 0 },
  ]);

  project.configure(
    '  development: { environment: development, version: latest }\nbackups: { retention: { keep_last: 1 } }',
  );
  expect(await bodiesIn(project)).toBe(8);
  valueIn(await prune(project.context, { target: 'development', lockTimeoutMs: 0 }));
  expect(await bodiesIn(project)).toBe(6);
  expect(await read(project)).toEqual(versions[2]);

  const restored = await restoreBackup(project.context, {
    id: backups[0]?.id ?? '',
    target: 'development',
    reason: 'test',
    lockTimeoutMs: 0,
    confirm: () => Promise.resolve(true),
    report: () => undefined,
  });
  expect(valueIn(restored).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.1.0' }]);
  expect(await read(project)).toEqual(versions[1]);
  expect((await project.plan([], 'v1.1.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('a file whose processor goes is pruned with it, and none while nobody can tell which files there are', async () => {
  const project = await createProject('schemas');
  project.configure(
    '  development: { environment: development, version: latest }\nbackups: { retention: { keep_last: 1 } }',
  );
  project.repository.commit(processorFiles('ocr', { 'main.py': 'first' }), 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  for (const name of ['v1.1.0', 'v1.2.0']) {
    project.repository.commit(processorFiles('other', { 'main.py': name }), name);
    expect((await project.apply()).problems).toEqual([]);
  }
  await project.sql(
    'development',
    `update :place.artifact set body = '{}' where digest in
       (select decode(digest, 'hex') from :place.processors)`,
  );
  const forget = async () => valueIn(await prune(project.context, { target: 'development', lockTimeoutMs: 0 }));
  await forget();
  expect(await bodiesIn(project)).toBe(6);
  expect((await project.apply([], 'v1.2.0')).problems).toEqual([]);
  expect(await read(project)).toEqual({ 'main.py': 'v1.2.0' });
  await forget();
  expect(await bodiesIn(project)).toBe(4);
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('a file that somebody changes before anybody has seen it stops the release', async () => {
  let meddle = async (): Promise<void> => undefined;
  const failpoints = async (name: string): Promise<void> => {
    if (name === 'write-after-commit') await meddle();
  };
  const project = await createProject('schemas', { system: { failpoints } });
  meddle = async () => {
    await project.sql(
      'development',
      `update :place.artifact set body = 'meddled' where encode(body, 'escape') = 'text'`,
    );
  };
  project.repository.commit(processorFiles('ocr', { 'main.py': 'text' }), 'v1.0.0');
  const failed = await project.apply();
  expect(failed.problems).toMatchObject([
    { code: 'release-failed' },
    { code: 'candidate-differs', detail: 'processor.ocr: its file main.py is not the one that was written.' },
  ]);
  meddle = async () => undefined;
  expect((await project.apply()).problems).toEqual([]);
  expect(await read(project)).toEqual({ 'main.py': 'text' });
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
});
