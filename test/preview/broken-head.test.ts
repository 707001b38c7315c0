import { expect, test } from 'vitest';
import { workflowFile } from '../support/workflows.ts';
import { configuration, createProposal } from './previewed.ts';

const a = workflowFile('a');

test('a file that nobody can read any more is not deleted, and a link is none', async () => {
  for (const file of [{ content: '{"name": ' }, { content: '../outside', mode: '120000' }]) {
    const { preview } = createProposal(
      { 'workflows/a.json': a },
      {
        files: [
          { path: 'workflows/a.json', ...file },
          { path: 'm3forge.yaml', content: configuration() },
        ],
      },
    );
    const document = await preview();
    expect(document).toMatchObject({ changes: [], version: null, problems: [{ severity: 'error' }] });
    // Not that nothing differs: nobody knows.
    expect(document.targets.map(({ reason }) => reason)).not.toContain('no artifact differs');
  }
});

test.each<readonly [string, string | undefined]>([
  ['is gone', undefined],
  ['is no YAML', '{{{'],
  ['is no configuration', 'version: 1\nproject: x\ntargets: 3\n'],
])('a head whose configuration %s is told as wrong, with every rule that goes with it', async (_, text) => {
  const proposal = createProposal({ 'workflows/a.json': a }, { 'workflows/a.json': a });
  const { repository } = proposal;
  const files = [{ path: 'workflows/a.json', content: a }];
  const id = repository.commit(text === undefined ? files : [...files, { path: 'm3forge.yaml', content: text }]);
  const onTop = repository.git(['commit-tree', `${id}^{tree}`, '-p', 'v1.2.0', '-m', 'broken']);
  repository.git(['update-ref', 'refs/heads/feature', onTop]);
  repository.git(['update-ref', 'refs/heads/main', 'v1.2.0']);
  const document = await proposal.preview();
  expect(document.problems.filter(({ severity }) => severity === 'error')).not.toEqual([]);
  expect(document.configuration.filter(({ guards }) => guards).map(({ key }) => key)).toContain(
    text?.includes('targets') ? 'targets' : 'targets.production.approvals.min_approvals',
  );
});

test('a loosened rule is found among hundreds of other changes, and a moved version is told with both values', async () => {
  const many = Array.from({ length: 150 }, (_, index) => `  e${index}: { type: development }\n`).join('');
  const loosened = configuration('version: v1.2.0').replace('environments:\n', `environments:\n${many}`);
  const { preview } = createProposal({ 'workflows/a.json': a }, { 'workflows/a.json': a, 'm3forge.yaml': loosened });
  const { configuration: notes } = await preview();
  expect(notes).toContainEqual(
    expect.objectContaining({ key: 'targets.production.approvals.min_approvals', what: 'removed', guards: true }),
  );
  expect(notes).toContainEqual(
    expect.objectContaining({ key: 'targets.production.version', value: { before: '^1.0', after: 'v1.2.0' } }),
  );
});
