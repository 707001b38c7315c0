import { describe, expect, test } from 'vitest';
import { type ArtifactDifference, differenceOf, reasonOf } from '../../engine/artifacts/index.ts';
import type { JsonObject, JsonValue } from '../../engine/values/index.ts';
import { id, node, short, studio } from './sample.ts';

const workflows = (before: JsonValue, after: JsonValue) => differenceOf('workflow', before, after);
const agents = (before: JsonValue, after: JsonValue) => differenceOf('agent', before, after);

/** The parts of a difference that hold anything. */
const parts = ({ counts: _, ...lists }: ArtifactDifference) =>
  JSON.parse(short(JSON.stringify(lists)), (_key, value) =>
    value === 0 || (value && typeof value === 'object' && Object.keys(value).length === 0) ? undefined : value,
  ) as JsonObject;

const line = [node(1, []), node(2, [1]), node(3, [2])];

describe('nodes and edges of a workflow are told by id', () => {
  test('a node put between two others', async () => {
    const difference = await workflows(studio(line), studio([node(1, []), node(2, [1]), node(4, [2]), node(3, [4])]));
    expect(parts(difference)).toEqual({
      nodes: { added: [{ id: '#4', label: 'step 4' }] },
      edges: {
        added: [
          { from: '#2', to: '#4', kind: 'dependency' },
          { from: '#4', to: '#3', kind: 'dependency' },
        ],
        removed: [{ from: '#2', to: '#3', kind: 'dependency' }],
      },
    });
    expect(reasonOf(difference)).toBe('1 node added, 2 edges added, 1 edge removed');
  });

  test('a removed node takes its edges along', async () => {
    const difference = await workflows(studio(line), studio(line.slice(0, 2)));
    expect(parts(difference)).toEqual({
      nodes: { removed: [{ id: '#3', label: 'step 3' }] },
      edges: { removed: [{ from: '#2', to: '#3', kind: 'dependency' }] },
    });
    expect(reasonOf(difference)).toBe('1 node removed, 1 edge removed');
  });

  test('a changed node lists its changes by path', async () => {
    const changed = node(2, [1], { endpoint: 'ocr://document/fast', params: { layout: 'x' } });
    const difference = await workflows(studio(line), studio([node(1, []), changed, node(3, [2])]));
    expect(parts(difference)).toEqual({
      nodes: {
        changed: [
          {
            id: '#2',
            label: 'step 2',
            changes: [
              {
                path: 'definition.endpoint',
                action: 'changed',
                before: 'ocr://document/read',
                after: 'ocr://document/fast',
              },
              { path: 'definition.params.layout', action: 'added', after: 'x' },
            ],
          },
        ],
      },
    });
    expect(reasonOf(difference)).toBe('1 node changed');
  });

  test('the ways out of a control node are edges too, and paths go by their id', async () => {
    const branch = (...targets: number[]) =>
      node(1, [], {
        method: 'BRANCH',
        paths: targets.map((to) => ({ path_id: `to ${to}`, target_node_ids: [id(to)] })),
      });
    const before = studio([branch(2), node(2, [1]), node(3, [1])]);
    const after = studio([branch(3, 2), node(2, [1]), node(3, [1])]);
    const difference = await workflows(before, after);
    expect(parts(difference)).toMatchObject({
      nodes: {
        changed: [{ id: '#1', changes: [{ path: 'definition.paths."to 3"', action: 'added' }] }],
      },
      edges: {
        added: [{ from: '#1', to: '#3', kind: 'both' }],
        removed: [{ from: '#1', to: '#3', kind: 'dependency' }],
      },
    });
  });

  test('the envelope goes by path', async () => {
    const difference = await workflows(studio(line), studio(line, { version: '1.1.0', tags: ['a', 'b'] }));
    expect(difference.fields).toEqual([
      { path: 'tags', action: 'changed', before: ['a'], after: ['a', 'b'] },
      { path: 'version', action: 'changed', before: '1.0.0', after: '1.1.0' },
    ]);
    expect(reasonOf(difference)).toBe('2 fields changed');
  });
});

describe('what changes nothing that runs is cosmetic', () => {
  const metadata = { lastModified: '2025-12-20T14:33:09.633Z' };
  const [first, second, third] = [node(1, []), node(2, [1]), node(3, [1, 2])];

  test.each<[string, JsonValue, JsonValue]>([
    ['the order of nodes', studio([first, second, third]), studio([third, first, second])],
    ['the order of dependencies', studio([first, second, third]), studio([first, second, node(3, [2, 1])])],
    ['metadata', studio([first]), studio([first], { metadata: { ...metadata, author: 'else' } })],
    ['the position of a node', studio([first]), studio([node(1, [], {}, { position: { x: 1, y: 2 } })])],
    ['the viewport', studio([first]), studio([first], { planDefinition: { nodes: [first], viewport: { zoom: 2 } } })],
    ['the layout of bare nodes', { nodes: [first], layout: 1 }, { nodes: [first], layout: 2 }],
  ])('%s', async (_, before, after) => {
    const difference = await workflows(before, after);
    expect(reasonOf(difference)).toBe('cosmetic only');
    expect(difference.cosmetic).toHaveLength(1);
  });

  test('but `params.layout` chooses a document layout, and matters', async () => {
    const after = studio([node(1, [], { params: { layout: 'x' } })]);
    expect(reasonOf(await workflows(studio([first]), after))).toBe('1 node changed');
  });
});

describe('without a common shape, a workflow is compared by path', () => {
  test('another envelope', async () => {
    const difference = await workflows(studio(line), { nodes: line });
    expect(difference.nodes.added).toEqual([]);
    expect(difference.fields.map(({ path, action }) => `${action} ${path}`)).toContain('added nodes');
  });

  test('two nodes with one id', async () => {
    const difference = await workflows({ nodes: [node(1, []), node(1, [])] }, { nodes: [node(1, []), node(2, [])] });
    expect(difference.fields.map(({ path }) => short(path))).toEqual(['nodes[1].query_str', 'nodes[1].task_id']);
  });
});

describe('an agent is compared by path, its prompts line by line', () => {
  test('a prompt', async () => {
    const prompt = (tone: string) =>
      ['You are a clerk.', 'a', 'b', 'c', 'd', 'e', `Be ${tone}.`, 'Thanks.', ''].join('\n');
    const difference = await agents({ system_message: prompt('kind') }, { system_message: prompt('brief') });
    expect(difference.fields).toEqual([
      {
        path: 'system_message',
        action: 'changed',
        text: [
          { kind: 'skipped', count: 4 },
          { kind: 'same', line: 'd' },
          { kind: 'same', line: 'e' },
          { kind: 'removed', line: 'Be kind.' },
          { kind: 'added', line: 'Be brief.' },
          { kind: 'same', line: 'Thanks.' },
        ],
      },
    ]);
    expect(reasonOf(difference)).toBe('1 field changed');
  });

  test('tools by name, and a new order of them', async () => {
    const tool = (name: string, enabled = true) => ({ name, enabled });
    const difference = await agents(
      { tools: [tool('a'), tool('b'), tool('c')] },
      { tools: [tool('b', false), tool('a'), tool('d')] },
    );
    expect(difference.fields).toEqual([
      { path: 'tools.b.enabled', action: 'changed', before: true, after: false },
      { path: 'tools.c', action: 'removed', before: tool('c') },
      { path: 'tools.d', action: 'added', after: tool('d') },
      { path: 'tools', action: 'reordered', before: ['a', 'b', 'c'], after: ['b', 'a', 'd'] },
    ]);
  });

  test('lists of mixed things by index', async () => {
    const { fields } = await agents({ tools: ['a', { name: 'b' }] }, { tools: ['c', { name: 'b' }, 'd'] });
    expect(fields.map(({ path, action }) => `${action} ${path}`)).toEqual(['changed tools[0]', 'added tools[2]']);
  });

  test('a list of words as one value', async () => {
    const { fields } = await agents({ tools: ['a', 'b'] }, { tools: ['b', 'a'] });
    expect(fields).toEqual([{ path: 'tools', action: 'reordered', before: ['a', 'b'], after: ['b', 'a'] }]);
  });
});

describe('a difference stays readable', () => {
  test('after 100 entries the rest is counted', async () => {
    const many = Array.from({ length: 221 }, (_, index) => node(index + 1, index === 0 ? [] : [index]));
    const difference = await workflows(studio(line.slice(0, 1)), studio(many));
    expect(difference.nodes.added).toHaveLength(100);
    expect(difference.omitted).toBe(120 + 220);
    expect(reasonOf(difference)).toBe('220 nodes added, 220 edges added');
  });

  test('long values are cut', async () => {
    const { fields } = await agents({}, { notes: 'x'.repeat(5000), list: Array.from({ length: 2000 }, () => 1) });
    for (const { after } of fields) expect(String(after)).toHaveLength(1001);
  });

  test('long texts are cut, by line and by length', async () => {
    const text = (word: string) => Array.from({ length: 300 }, (_, index) => `${word} ${index}`).join('\n');
    const { fields } = await agents({ prompt: text('a') }, { prompt: text('b') });
    expect(fields[0]?.text).toHaveLength(121);
    expect(fields[0]?.text?.at(-1)).toEqual({ kind: 'skipped', count: 480 });
    const wide = await agents({ prompt: 'a'.repeat(1000) }, { prompt: 'b' });
    expect(wide.fields[0]?.text?.[0]?.line).toHaveLength(301);
  });

  test('texts with nothing in common are shown as values', async () => {
    const text = (word: string) => Array.from({ length: 900 }, (_, index) => `${word} ${index}`).join('\n');
    const { fields } = await agents({ prompt: text('a') }, { prompt: text('b') });
    expect(fields[0]).toMatchObject({ action: 'changed', before: expect.stringMatching(/…$/) });
  });

  test('a prompt cannot command the terminal', async () => {
    const { fields } = await agents({ prompt: 'a\nb' }, { prompt: 'a\n\u001b[2J\tb' });
    expect(fields[0]?.text?.at(-1)).toEqual({ kind: 'added', line: '\\u001b[2J\tb' });
  });

  test('secrets are masked wherever they stand', async () => {
    const before = { llm: { api_key: 'sk-one' }, servers: [] };
    const after = { llm: { api_key: 'sk-two' }, servers: [{ auth: { db_password: 'p1', token: 99 } }] };
    const difference = await agents(before, after);
    expect(difference.fields).toEqual([
      { path: 'llm.api_key', action: 'changed', before: '***', after: '***' },
      { path: 'servers[0]', action: 'added', after: { auth: { db_password: '***', token: '***' } } },
    ]);
    const multiline = await agents({ api_key: `k\n${'x'.repeat(90)}` }, { api_key: 'k\ny' });
    expect(multiline.fields).toEqual([{ path: 'api_key', action: 'changed', before: '***', after: '***' }]);
    const listed = await agents({ api_key: ['a', {}] }, { api_key: ['b', {}] });
    expect(listed.fields).toEqual([{ path: 'api_key[0]', action: 'changed', before: '***', after: '***' }]);
  });
});
