import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { preview, status } from '../../engine/operations/index.ts';
import { createProject, valueIn } from '../support/project.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { configuration, createProposal } from './previewed.ts';

const file = (name: string, ...texts: string[]) => ({
  [`workflows/${name}.json`]: workflowFile(name, ['read', ...texts]),
});

const row = { project: 'invoices', as_of: '2026-11-20T08:00:00.000Z' };
const staging = { ...row, target: 'staging', version: 'v1.2.0' };
const production = { ...row, target: 'production', version: null };

/** What a preview says of this status file. */
const against = (content: unknown) => {
  const { context } = createProposal(file('a'), file('a', 'sort'));
  const statusFile = join(temporaryDirectory(), 'status.json');
  writeFileSync(statusFile, typeof content === 'string' ? content : JSON.stringify(content));
  return preview(context, { base: 'main', head: 'feature', withState: false, statusFile, lockTimeoutMs: 0 });
};

test('what status --json wrote elsewhere stands for the targets, and no database is asked', async () => {
  const project = await createProject('schemas', { environments: ['staging', 'production'] });
  const { repository, context } = project;
  repository.commit({ ...file('a'), ...file('b') }, 'v1.0.0');
  await project.apply(['production']);
  repository.commit({ ...file('a', 'sort'), ...file('b') }, 'v1.1.0');
  await project.apply(['staging']);
  const rows = valueIn(await status(context, { targets: [], lockTimeoutMs: 0 }));
  const statusFile = join(temporaryDirectory(), 'status.json');
  writeFileSync(statusFile, JSON.stringify(rows));

  repository.git(['branch', 'base']);
  repository.commit({ ...file('a', 'sort'), ...file('b', 'more') });
  // As on a runner that has no variable and no way to the databases.
  const nothing = { ...context.system, env: () => undefined };
  const request = { base: 'base', head: 'main', withState: false, statusFile, lockTimeoutMs: 0 };
  const document = valueIn(await preview({ ...context, system: nothing }, request));
  expect(document).toMatchObject({
    ...{ against: 'status', status_at: rows[0]?.as_of },
    targets: [
      { target: 'staging', from: 'v1.1.0', counts: { update: 1 } },
      { target: 'production', from: 'v1.0.0', counts: { update: 2 } },
    ],
  });
});

test('of targets that were looked at one after the other the earliest time counts, and it is no part of the digest', async () => {
  const later = { ...staging, as_of: '2026-11-21T08:00:00.000Z' };
  const document = valueIn(await against([later, production]));
  expect(document).toMatchObject({ status_at: row.as_of, targets: [{ from: 'v1.2.0' }, { from: null }] });
  expect(valueIn(await against([later, { ...production, as_of: later.as_of }]))).toMatchObject({
    ...{ digest: document.digest, status_at: later.as_of },
  });
});

test('a target may run what another branch brought, and of what is not here the last version of the base has to do', async () => {
  const statusFile = join(temporaryDirectory(), 'status.json');
  writeFileSync(
    statusFile,
    JSON.stringify([
      { ...staging, version: 'v1.2.1' },
      { ...production, version: 'v1.1.9' },
    ]),
  );
  const { context, repository } = createProposal(
    { ...file('a'), ...file('b'), 'm3forge.yaml': configuration('version: latest') },
    { ...file('a', 'sort'), ...file('b'), 'm3forge.yaml': configuration('version: latest') },
  );
  // A hotfix that was never merged back.
  const { git } = repository;
  const fixed = repository.commit({ ...file('a'), ...file('b', 'mended') });
  git(['tag', 'v1.2.1', git(['commit-tree', `${fixed}^{tree}`, '-p', 'v1.2.0', '-m', 'fix'])]);
  git(['update-ref', 'refs/heads/main', 'v1.2.0^{commit}']);
  const request = { base: 'main', head: 'feature', withState: false, statusFile, lockTimeoutMs: 0 };
  expect(valueIn(await preview(context, request)).targets).toMatchObject([
    { target: 'staging', from: 'v1.2.1', counts: { create: 0, update: 2 } },
    { target: 'production', from: 'v1.1.9', counts: { create: 0, update: 1 } },
  ]);
});

test('a target that the file does not name is compared with the base', async () => {
  expect(valueIn(await against([production]))).toMatchObject({ targets: [{ from: 'v1.2.0' }, { from: null }] });
});

const { as_of: _, ...undated } = staging;

test.each<[what: string, content: unknown, says: string]>([
  ['no JSON', '{', 'status.json'],
  ['something else', { targets: [] }, 'it is no list of targets'],
  ['no targets', [], 'it is no list of targets'],
  ['a row that is none', [staging, 'staging'], 'its entry 2 lacks'],
  ['what an older m3forge wrote', [undated], 'its entry 1 lacks'],
  ['a time that is none', [{ ...staging, as_of: '2026-99-99T00:00:00Z' }], 'its entry 1 lacks'],
  ['a version that is none', [{ ...staging, version: 7 }], 'its entry 1 lacks'],
  ['a target twice', [staging, staging], 'it names a target twice'],
  [
    'another project',
    [{ ...staging, project: 'letters' }],
    'it is of the project "letters", and this one is "invoices"',
  ],
  ['more than can be one', `[${' '.repeat(8 * 1024 * 1024)}]`, 'status.json'],
])('%s is refused, with what is wrong', async (_what, content, says) => {
  const { ok, diagnostics } = await against(content);
  expect(ok).toBe(false);
  expect(diagnostics).toMatchObject([{ code: 'preview-status', detail: expect.stringContaining(says) }]);
});

test('a file that is not there is said to be missing', async () => {
  const { context } = createProposal(file('a'), file('a', 'sort'));
  const request = { base: 'main', head: 'feature', withState: false, statusFile: 'nowhere.json', lockTimeoutMs: 0 };
  expect((await preview(context, request)).diagnostics).toMatchObject([
    { code: 'preview-status', detail: 'There is no file nowhere.json.' },
  ]);
});
