import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { preview } from '../../engine/operations/index.ts';
import { codesOf } from '../support/project.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { configuration, createProposal } from './previewed.ts';

const both = { 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') };

test('what the base changed meanwhile is no change of the head, and what both changed is told', async () => {
  const proposal = createProposal(both, { ...both, 'workflows/a.json': workflowFile('a', ['read', 'head']) });
  proposal.goOn({ ...both, 'workflows/b.json': workflowFile('b', ['read', 'base']) });
  expect(await proposal.preview()).toMatchObject({ changes: [{ address: 'workflow.a' }], conflicts: [] });

  proposal.goOn({ ...both, 'workflows/a.json': workflowFile('a', ['read', 'base']) });
  const document = await proposal.preview();
  expect(document.conflicts).toEqual(['workflows/a.json']);
  expect(document.changes).toMatchObject([{ address: 'workflow.a', reason: '1 node changed' }]);

  // Both made the same of it.
  proposal.goOn({ ...both, 'workflows/a.json': workflowFile('a', ['read', 'head']) });
  expect(await proposal.preview()).toMatchObject({ changes: [], conflicts: [] });
});

test('what both changed in different places is shown as Git would merge it, and nothing of the base is undone', async () => {
  const file = (first: string, last: string) => ({
    'workflows/a.json': workflowFile('a', [first, 'b', 'c', 'd', 'e', last]),
  });
  const { repository, preview, goOn } = createProposal(file('one', 'two'), file('one', 'head'));
  goOn(file('base', 'two'));
  const before = repository.git(['count-objects', '-v']);
  const document = await preview();
  expect(document.conflicts).toEqual([]);
  expect(document.changes[0]?.detail?.nodes.changed.map(({ label }) => label)).toEqual(['5: head']);
  // Nothing was written into the repository for that.
  expect(repository.git(['count-objects', '-v'])).toBe(before);
});

const refusal = async (proposal: ReturnType<typeof createProposal>, base: string, head: string) => {
  const outcome = await preview(proposal.context, { base, head, withState: false, lockTimeoutMs: 0 });
  return codesOf(outcome.diagnostics);
};

test('what cannot be compared is refused in plain words', async () => {
  const proposal = createProposal(both, both);
  const { git } = proposal.repository;
  const unrelated = git(['commit-tree', 'feature^{tree}', '-m', 'from nowhere']);
  git(['branch', 'unrelated', unrelated]);
  git([
    'branch',
    'without',
    git(['commit-tree', git(['hash-object', '-t', 'tree', '-w', '--stdin']), '-p', 'main', '-m', 'x']),
  ]);
  expect(await refusal(proposal, 'main', 'unrelated')).toEqual(['preview-unrelated']);
  expect(await refusal(proposal, 'main', 'nothing')).toEqual(['source-ref-unknown']);
  expect(await refusal(proposal, '--all', 'feature')).toEqual(['source-ref-unknown']);
  expect(await refusal(proposal, 'main..feature', 'feature')).toEqual(['source-ref-unknown']);
  expect(await refusal(proposal, 'without', 'feature')).toEqual(['preview-no-configuration']);
});

test('a branch goes before a tag of its name', async () => {
  const { repository, preview, goOn } = createProposal(both, { ...both, 'workflows/c.json': workflowFile('c') });
  repository.git(['tag', 'main', 'feature']);
  goOn({ ...both, 'workflows/d.json': workflowFile('d') });
  const document = await preview();
  expect(document.base.commit).toBe(repository.git(['rev-parse', 'refs/heads/main']));
  expect(document.changes).toMatchObject([{ address: 'workflow.c', actions: ['create'] }]);
});

test('a shallow clone says what it lacks', async () => {
  const proposal = createProposal(both, { ...both, 'workflows/c.json': workflowFile('c') });
  proposal.goOn({ ...both, 'workflows/d.json': workflowFile('d') });
  const clone = join(temporaryDirectory(), 'clone');
  const depth = ['clone', '--quiet', '--depth=1', '--no-single-branch', `file://${proposal.directory}`, clone];
  execFileSync('git', depth, { stdio: 'pipe' });
  const context = { ...proposal.context, location: { file: join(clone, 'm3forge.yaml') } };
  const outcome = await preview(context, {
    base: 'origin/main',
    head: 'origin/feature',
    withState: false,
    lockTimeoutMs: 0,
  });
  expect(outcome.diagnostics).toMatchObject([
    { code: 'preview-unrelated', hint: expect.stringContaining('git fetch --unshallow') },
  ]);
  expect(configuration()).toContain('invoices');
});
