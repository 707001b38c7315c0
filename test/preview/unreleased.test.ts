import { expect, test } from 'vitest';
import { workflowFile } from '../support/workflows.ts';
import { configuration, createProposal } from './previewed.ts';

const [a, b] = [workflowFile('a'), workflowFile('b')];

test('what the base has removed and nobody has released yet counts for the number, and for each target', async () => {
  const proposal = createProposal(
    { 'workflows/a.json': a, 'workflows/b.json': b },
    { 'workflows/a.json': a, 'workflows/b.json': b },
  );
  proposal.goOn({ 'workflows/a.json': a });
  const { git } = proposal.repository;
  const tree = proposal.repository.commit([
    { path: 'm3forge.yaml', content: configuration() },
    { path: 'workflows/a.json', content: workflowFile('a', ['read', 'new']) },
  ]);
  const onTop = git(['commit-tree', `${tree}^{tree}`, '-p', 'main~0', '-m', 'on top']);
  git(['update-ref', 'refs/heads/feature', onTop]);
  proposal.goOn({ 'workflows/a.json': a });
  expect(await proposal.preview()).toMatchObject({
    changes: [{ address: 'workflow.a' }],
    unreleased: 1,
    version: { name: 'v2.0.0', bump: 'major' },
    targets: [{ target: 'staging', counts: { update: 1, delete: 1 } }, { outcome: 'none' }],
  });
});

test('a first version brings everything that there is', async () => {
  const proposal = createProposal({ 'workflows/a.json': a }, { 'workflows/a.json': a, 'workflows/b.json': b });
  proposal.repository.git(['tag', '--delete', 'v1.2.0']);
  expect(await proposal.preview()).toMatchObject({
    changes: [{ address: 'workflow.b' }],
    version: { base: null, name: 'v1.0.0' },
    targets: [{ from: null, to: 'v1.0.0', counts: { create: 2, update: 0, delete: 0 } }, {}],
  });
});
