import { expect, test } from 'vitest';
import { processorFiles } from '../support/processors.ts';
import { agentFile, nodeId, workflowFile } from '../support/workflows.ts';
import { createProposal } from './previewed.ts';

test('a preview says what merging would create, update and delete, in which version, and where', async () => {
  const { preview } = createProposal(
    {
      'workflows/a.json': workflowFile('a'),
      'workflows/b.json': workflowFile('b'),
      'workflows/c.json': workflowFile('c'),
    },
    {
      'workflows/a.json': workflowFile('a', ['read', 'extract', 'sort']),
      'workflows/c.json': workflowFile('c'),
      'agents/d.yaml': agentFile('d', 'hello'),
    },
  );
  const document = await preview();
  expect(document.changes.map(({ address, actions, reason, path }) => [actions[0], address, reason, path])).toEqual([
    ['delete', 'workflow.b', 'removed', 'workflows/b.json'],
    ['update', 'workflow.a', '1 node added, 1 edge added', 'workflows/a.json'],
    ['create', 'agent.d', 'new', 'agents/d.yaml'],
  ]);
  expect(document.version).toEqual({
    ...{ base: 'v1.2.0', name: 'v2.0.0', bump: 'major' },
    evidence: [
      { bump: 'major', address: 'workflow.b', because: 'removed' },
      { bump: 'minor', address: 'agent.d', because: 'new' },
      { bump: 'minor', address: 'workflow.a', because: 'node added: 2: sort' },
    ],
  });
  expect(document.targets).toMatchObject([
    {
      ...{
        target: 'staging',
        outcome: 'release',
        from: 'v1.2.0',
        to: 'v2.0.0',
        reason: 'by itself, once it is tagged',
      },
      counts: { create: 1, update: 1, delete: 1 },
      gates: [
        { gate: 'validation', verdict: 'pass' },
        { gate: 'references', verdict: 'pass' },
      ],
    },
    { target: 'production', outcome: 'none', to: 'v1.2.0', reason: 'v2.0.0 is not in ^1.0', gateways: ['eu'] },
  ]);
  expect(document).toMatchObject({ against: 'base', configuration: [], conflicts: [], problems: [] });
  // The same comparison has the same digest, whenever it is made.
  expect((await preview()).digest).toBe(document.digest);
});

test('a changed workflow comes with a picture of what changes in it, and with what it runs on', async () => {
  const processor = (text: string) => processorFiles('reader', { 'main.py': text });
  const { preview } = createProposal(
    { 'workflows/a.json': workflowFile('a', ['read', 'old']), processors: processor('one\n') },
    { 'workflows/a.json': workflowFile('a', ['read', 'new', 'more']), processors: processor('two\n') },
  );
  const [reader, workflow] = (await preview()).changes;
  expect(workflow).toMatchObject({
    uses: { agents: [], processors: ['reader'], changed: ['processor.reader'], executors: ['extract_executor'] },
    graph: {
      nodes: [
        { id: nodeId(0), label: '0: read', state: 'same' },
        { id: nodeId(1), label: '1: new', state: 'changed' },
        { id: nodeId(2), label: '2: more', state: 'added' },
      ],
      edges: [
        { from: nodeId(0), to: nodeId(1), state: 'same' },
        { from: nodeId(1), to: nodeId(2), state: 'added' },
      ],
    },
  });
  expect(reader).toMatchObject({ address: 'processor.reader', path: 'processors/reader/processor.yaml' });
  expect(reader?.detail?.files).toMatchObject([
    {
      path: 'main.py',
      text: [
        { kind: 'removed', line: 'one' },
        { kind: 'added', line: 'two' },
      ],
    },
  ]);
});

test('where no artifact differs there is no version, and nothing happens anywhere', async () => {
  const { preview } = createProposal(
    { 'workflows/a.json': workflowFile('a') },
    // Moved to another file, and the same artifact; and something that is none.
    { 'workflows/moved/a.json': workflowFile('a'), 'README.md': 'hello' },
  );
  expect(await preview()).toMatchObject({
    ...{ version: null, changes: [] },
    targets: [
      { outcome: 'none', reason: 'no artifact differs', counts: { create: 0, update: 0, delete: 0 } },
      { outcome: 'none', reason: 'no artifact differs' },
    ],
  });
});

test('a file that is no artifact is told, beside what the others come to', async () => {
  const { preview } = createProposal(
    { 'workflows/a.json': workflowFile('a') },
    {
      ...{ 'workflows/a.json': workflowFile('a', ['read', 'sort']), 'workflows/b.json': '{"name": "b"' },
      'workflows/c.json': workflowFile('c', ['read'], { 0: { method: 'NOBODY', endpoint: 'x' } }),
    },
  );
  const document = await preview();
  expect(document.changes.map(({ address }) => address)).toEqual(['workflow.a', 'workflow.c']);
  expect(document.problems).toMatchObject([
    { severity: 'error', path: 'workflows/b.json', line: 1 },
    { severity: 'error', code: 'workflow-method-unknown', path: 'workflows/c.json' },
  ]);
  expect(document.targets[0]?.gates[0]).toMatchObject({ gate: 'validation', verdict: 'fail' });
});
