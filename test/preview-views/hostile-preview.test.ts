import fc from 'fast-check';
import { expect, test } from 'vitest';
import { previewComment } from '../../engine/cli/views/preview-markdown.ts';
import { graphBlock } from '../../engine/cli/views/preview-markdown-graph.ts';
import type { PreviewDocument, WorkflowGraph } from '../../engine/preview/index.ts';
import { changeOf, graph, previewOf } from '../cli/sample-preview.ts';
import { previewWith } from '../hostile/filled-preview.ts';
import { naughtyStrings } from '../hostile/naughty-strings.ts';
import { faultsIn } from './comment-tree.ts';

const marker = 'm3forge:plan:invoices';
const commentOf = (document: PreviewDocument, mostBytes?: number): string =>
  previewComment(document, { marker, mostBytes });

const worse: readonly string[] = [
  ...['@everyone', '@acme/owners', '#1', '!1', 'acme/workflows#1', 'acme/workflows!1', 'GH-1', ':octocat:', ':+1:'],
  ...['<!-- m3forge:plan:invoices -->', '-->', '</details>', '</summary><b>', '<details open>', '<img src=//x>'],
  ...[
    '[a](javascript:alert(1))',
    'javascript:alert(1)',
    '![a](//x/y.png)',
    '<https://evil.example>',
    '// evil.example',
  ],
  ...['```', '~~~', '`'.repeat(70), '```\n</details>\n@everyone\n```mermaid', '| a | b |\n|---|---|', 'a\n\n# b'],
  ...['%%{init: {"theme":"x"}}%%', 'click n1 "https://evil.example"', 'n1 --> n2', '"]; click n1 call x()', '#quot;'],
  ...['\u202eevil', '\u001b[2J', '\u001b]8;;https://evil.example\u0007', '$\\href{https://evil.example}{x}$', '$$x$$'],
  ...['1234567', 'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef', '[deadbeef1]', 'user@deadbeef1', '\ud800', '> [!WARNING]'],
];

test('no text of anybody does anything in the comment', () => {
  // naughty-views.test.ts has those that are made of letters, and what terminals obey.
  const marked = naughtyStrings.filter((text) => /[`<>[\]@#!$|~*_&\\]/.test(text));
  expect(marked.length).toBeGreaterThan(150);
  for (const text of [...marked, ...worse]) {
    expect(faultsIn(commentOf(previewWith(text))), JSON.stringify(text)).toEqual([]);
  }
});

test('a commit that somebody names is no link to it', () => {
  const comment = commentOf(previewOf([changeOf('agent', 'a', 'create', { reason: 'see deadbeef1 and [abcdef12]' })]));
  expect(comment).toContain('see d&#8203;eadbeef1 and &#91;a&#8203;bcdef12&#93;');
});

test('titles of 64 KB are cut, and the comment is as small as ever', () => {
  for (const text of ['a', '`', '@', '\u202e', '👩‍👧', '<!-- '].map((part) => part.repeat(65_536 / part.length))) {
    const comment = commentOf(previewWith(text));
    expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(60_000);
    expect(faultsIn(comment)).toEqual([]);
  }
});

test('a graph that is too large for a picture is a list of what changes', () => {
  const nodes = Array.from({ length: 41 }, (_, index) => ({
    ...{ id: `n${index}`, label: index === 3 ? '```\n@team' : `step ${index}` },
    state: index % 2 === 1 ? ('changed' as const) : ('same' as const),
  }));
  const block = graphBlock({ nodes, edges: [] });
  expect(block.split('\n').slice(0, 4)).toEqual([
    ...['````', '41 nodes: 0 added, 20 changed, 0 removed', '~ step 1', '~ ```\\u{000a}@team'],
  ]);
  expect(graphBlock({ nodes: nodes.slice(0, 40), edges: [] })).toContain('```mermaid\nflowchart LR\n');
  const many = Array.from({ length: 121 }, () => ({ from: 'n1', to: 'n2', state: 'same' as const }));
  expect(graphBlock({ nodes: nodes.slice(0, 40), edges: many })).not.toContain('mermaid');
});

test('a label is quoted, and an id is ours', () => {
  const labelled = (label: string): WorkflowGraph => ({ nodes: [{ id: label, label, state: 'added' }], edges: [] });
  expect(graphBlock(labelled('"]; click n1 %%{'))).toContain(
    '\n  n1["#43; #34;#93;#59; click n1 #37;#37;#123;"]:::added\n',
  );
  expect(graphBlock({ ...graph, edges: [{ from: 'nowhere', to: '018f-0001', state: 'added' }] })).not.toContain('==>');
});

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...worse),
  fc.tuple(fc.constantFrom(...worse), fc.constantFrom(...worse)).map(([left, right]) => `${left}${right}`),
  fc.integer({ min: 1, max: 3000 }).map((length) => '`@'.repeat(length)),
);

const state = fc.constantFrom('same' as const, 'added' as const, 'removed' as const, 'changed' as const);
const anyGraph = fc.array(fc.record({ id: text, label: text, state }), { maxLength: 45 }).map((nodes) => ({
  nodes,
  edges: nodes.slice(1).map(({ id }, index) => ({ from: nodes[index]?.id ?? '', to: id, state: 'added' as const })),
}));

const action = fc.constantFrom('create' as const, 'update' as const, 'delete' as const);
const anyDocument: fc.Arbitrary<PreviewDocument> = fc
  .record({
    texts: fc.array(text, { minLength: 1, maxLength: 6 }),
    changes: fc.array(fc.record({ action, name: text, graph: fc.option(anyGraph) }), { maxLength: 30 }),
  })
  .map(({ texts, changes }) => {
    const filled = texts.map(previewWith);
    const first = filled[0] ?? previewOf([]);
    return {
      ...first,
      changes: [
        ...changes.map(({ action: does, name, graph: drawn }) =>
          changeOf('workflow', name, does, { graph: drawn, reason: name }),
        ),
        ...filled.flatMap((document) => document.changes),
      ],
      targets: filled.flatMap((document) => document.targets),
      problems: filled.flatMap((document) => document.problems),
      configuration: filled.flatMap((document) => document.configuration),
      conflicts: filled.flatMap((document) => document.conflicts),
    };
  });

test('any document becomes a comment that fits, in which only we speak', () => {
  fc.assert(
    fc.property(anyDocument, fc.integer({ min: 4000, max: 60_000 }), (document, mostBytes) => {
      const comment = commentOf(document, mostBytes);
      expect(Buffer.byteLength(comment)).toBeLessThanOrEqual(mostBytes);
      expect(faultsIn(comment)).toEqual([]);
      expect(Buffer.from(comment).toString()).toBe(comment);
    }),
    { numRuns: 40 },
  );
});
