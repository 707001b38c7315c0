import { describe, expect, test } from 'vitest';
import { readArtifact } from '../../engine/artifacts/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { id, node, read, refusal, studio } from './sample.ts';

describe('a workflow is read in each of its shapes', () => {
  test('the file that the studio publishes', async () => {
    const artifact = await read('workflow', studio([node(1, [])]));
    expect(artifact).toMatchObject({ kind: 'workflow', name: 'invoices', shape: 'studio' });
  });

  test('the record of a gateway’s registry', async () => {
    const artifact = await read('workflow', { planner_id: 'p', name: 'p', plan_definition: { nodes: [] } });
    expect(artifact).toMatchObject({ name: 'p', shape: 'registry' });
  });

  test('a record without a name goes by its planner_id', async () => {
    expect(await read('workflow', { planner_id: 'p', plan_definition: { nodes: [] } })).toMatchObject({ name: 'p' });
  });

  test('bare nodes, named by their file', async () => {
    const artifact = await read('workflow', { nodes: [node(1, [])] }, 'workflows/a/Invoice Extraction.json');
    expect(artifact).toMatchObject({ name: 'Invoice Extraction', shape: 'bare' });
  });
});

describe('an agent is read from YAML and JSON', () => {
  test('with or without the key agent, its body is the JSON of the whole document', async () => {
    const wrapped = await read('agent', 'agent:\n  name: clerk\n  backend: haystack\n');
    const plain = await read('agent', { name: 'clerk', backend: 'haystack' });
    expect([wrapped.name, wrapped.shape, wrapped.body.toString()]).toEqual([
      'clerk',
      'wrapped',
      '{"agent":{"backend":"haystack","name":"clerk"}}',
    ]);
    expect([plain.name, plain.shape, plain.body.toString()]).toEqual([
      'clerk',
      'plain',
      '{"backend":"haystack","name":"clerk"}',
    ]);
  });

  test('one without a name goes by its file', async () => {
    expect(await read('agent', 'backend: haystack\n', 'agents/clerk.yml')).toMatchObject({ name: 'clerk' });
  });
});

test('the digest is that of the canonical bytes of the whole document', async () => {
  const artifact = await read('workflow', { name: 'b', planDefinition: { nodes: [] } });
  expect(artifact.body.toString()).toBe('{"name":"b","planDefinition":{"nodes":[]}}');
  expect(artifact.digest).toBe(digestOfBytes(artifact.body));
  const renamed = await read('workflow', { name: 'c', planDefinition: { nodes: [] } });
  expect(renamed.digest).not.toBe(artifact.digest);
});

describe('what is no artifact is refused with its line', () => {
  test.each([
    ['[]', 'artifact-shape-unknown 1: w.json is no workflow: the document is no object.'],
    ['{\n "nodes": {}\n}', 'artifact-shape-unknown 2: w.json is no workflow: `nodes` is no list.'],
    ['{\n "planDefinition": 1\n}', 'artifact-shape-unknown 2: w.json is no workflow: `planDefinition` is no object.'],
    [
      '{\n "planDefinition": {"nodes": []},\n "plan_definition": {}}',
      'artifact-shape-unknown 3: w.json is no workflow: holds both `planDefinition` and `plan_definition`.',
    ],
    [
      '{\n "planDefinition": {"nodes": []},\n "nodes": []}',
      'artifact-shape-unknown 3: w.json is no workflow: holds both `planDefinition` and `nodes`.',
    ],
    ['{"planDefinition":{"nodes":[]}}', 'artifact-name-invalid 1: The workflow has no `name`.'],
    ['{"name": 7,\n"nodes":[]}', 'artifact-name-invalid 1: The `name` is no text.'],
  ])('%s', async (text, expected) => {
    expect(await refusal('workflow', 'w.json', text)).toEqual([expected]);
  });

  test('a document without nodes says where nodes are looked for', async () => {
    const [complaint] = await refusal('workflow', 'w.json', '{"name":"x"}');
    expect(complaint).toContain('expected `planDefinition.nodes`, `plan_definition.nodes` or `nodes`');
  });

  test('an agent that is no object', async () => {
    expect(await refusal('agent', 'a.yaml', 'agent: 3')).toEqual([
      'artifact-shape-unknown 1: a.yaml is no agent: `agent` is no object.',
    ]);
  });

  test('a processor without a name', async () => {
    expect(await refusal('processor', 'p/processor.yaml', 'processor: { version: "1.0.0" }')).toEqual([
      'artifact-name-invalid 1: The processor has no `name`.',
    ]);
  });

  test('text that is no JSON is the parser’s complaint', async () => {
    const outcome = await readArtifact('workflow', { path: 'w.json', bytes: Buffer.from('{"nodes": [') });
    expect(outcome.ok).toBe(false);
  });
});

describe('a name must look the same to everyone', () => {
  const named = (name: string) =>
    refusal('workflow', 'w.json', JSON.stringify({ name, planDefinition: { nodes: [] } }));

  test.each([
    ['', 'The name "" is empty.'],
    ['  ', 'The name "  " is empty.'],
    ['a\nb', 'The name "a\\u000ab" holds a control or direction character.'],
    ['a\u202eb', 'The name "a\\u202eb" holds a control or direction character.'],
    ['a\u200bb', 'The name "a\\u200bb" holds a character that nobody can see.'],
    ['a\u2060', 'The name "a\\u2060" holds a character that nobody can see.'],
    ['\ufeffa', 'The name "\\ufeffa" holds a character that nobody can see.'],
    ['a\u{e0061}', 'The name "a\\u{e0061}" holds a character that nobody can see.'],
    ['a\u2028b', 'The name "a\\u2028b" holds a control or direction character.'],
    ['e\u0301', 'The name "e\u0301" is not in Unicode normal form C.'],
  ])('%j', async (name, detail) => {
    expect(await named(name)).toEqual([`artifact-name-invalid 1: ${detail}`]);
  });

  test('200 characters will do, 201 will not, however many code units they are', async () => {
    expect((await read('workflow', studio([], { name: '😀'.repeat(200) }))).name).toHaveLength(400);
    const [complaint] = await named('😀'.repeat(201));
    expect(complaint).toContain('has 201 characters, more than 200');
  });

  test('the name of a file is held to the same rule', async () => {
    const [complaint] = await refusal('workflow', 'w/e\u0301.json', '{"nodes":[]}');
    expect(complaint).toContain('is not in Unicode normal form C');
  });

  test('dots stay, and the ending goes', async () => {
    expect((await read('workflow', { nodes: [{ task_id: id(1) }] }, 'w/a.b.json')).name).toBe('a.b');
  });
});
