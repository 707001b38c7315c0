import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { anchorAudit, verifyAudit } from '../../engine/operations/index.ts';
import { codesOf, createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import { identify } from '../support/versions.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };
const ref = 'refs/m3forge/audit';

const anchor = ({ context }: TestProject, more: { readonly create?: boolean; readonly push?: string } = {}) =>
  anchorAudit(context, { at: { ref }, create: false, ...more, ...noWait });
const verify = ({ context }: TestProject) => verifyAudit(context, { kept: [{ ref }], ...noWait });

const logOf = ({ repository }: TestProject): readonly string[] =>
  repository.git(['log', '--format=%s', ref]).split('\n');

test.each(forRules)('checkpoints in Git find what the chain cannot (%s)', async (arrangement) => {
  const project = await createProject(arrangement);
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  identify(project.repository);
  const remote = join(project.directory, 'remote.git');
  execFileSync('git', ['init', '--quiet', '--bare', remote]);
  project.repository.git(['remote', 'add', 'origin', remote]);
  await project.apply();

  expect(codesOf((await verify(project)).diagnostics)).toEqual(['audit-anchor-missing']);
  expect(codesOf((await anchor(project)).diagnostics)).toEqual(['audit-anchor-missing']);
  expect(valueIn(await anchor(project, { create: true, push: 'origin' }))).toMatchObject({
    ...{ written: true, compared: 0, pushed_to: 'origin' },
  });
  // The same end twice is one commit.
  expect(valueIn(await anchor(project))).toMatchObject({ written: false, compared: 1 });
  await project.apply([], 'v1.0.0');
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
  await project.apply();
  expect(valueIn(await anchor(project, { push: 'origin' }))).toMatchObject({ written: true, compared: 1 });
  expect(logOf(project)).toHaveLength(2);
  expect(valueIn(await verify(project))).toMatchObject({ checkpoints: 2 });
  expect(project.repository.git(['ls-remote', 'origin'])).toContain(ref);
  expect(project.repository.git(['for-each-ref', 'refs/heads', '--format=%(refname)'])).toBe('refs/heads/main');

  // An end that is cut off leaves a sound chain.
  await project.script('development', 'delete from m3forge.audit where n = (select max(n) from m3forge.audit)');
  expect(codesOf((await verify(project)).diagnostics)).toEqual(['audit-broken']);
  expect(codesOf((await anchor(project)).diagnostics)).toEqual(['audit-broken']);

  // Whoever begins the ref anew is found by the remote.
  project.repository.git(['update-ref', '-d', ref]);
  expect(valueIn(await anchor(project, { create: true }))).toMatchObject({ written: true, compared: 0 });
  const pushed = await anchor(project, { push: 'origin' });
  expect(codesOf(pushed.diagnostics)).toEqual(['audit-anchor-refused']);
  expect(JSON.stringify(pushed.diagnostics)).toContain('rejected');
});
