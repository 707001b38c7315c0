import type { GraphState, WorkflowGraph } from '../../preview/index.ts';
import { counted, shortened } from '../../values/index.ts';
import { fenced, inline } from './escape.ts';

/** Beyond these a picture is a knot, and a list says more. */
const [mostNodes, mostEdges, mostBytes] = [40, 120, 8000];
const mostListed = 60;
const longestLabel = 60;

const marks: Readonly<Record<GraphState, string>> = { added: '+', removed: '-', changed: '~', same: '' };

/** The marks say it to whoever does not see the colours. */
const classes: readonly string[] = [
  '  classDef added fill:#dafbe1,stroke:#1a7f37,color:#1f2328',
  '  classDef removed fill:#ffebe9,stroke:#cf222e,color:#1f2328,stroke-dasharray:4 4',
  '  classDef changed fill:#fff8c5,stroke:#9a6700,color:#1f2328',
];

const arrows = { same: '-->', added: '==>', removed: '-.->' } as const;

/**
 * Everything but letters, digits and a few marks as Mermaid's own entity, which means nothing but itself: no quote, no
 * directive, no list and no HTML can begin there.
 */
const mermaidText = (text: string): string =>
  text.replace(/[^\p{L}\p{N} ,_]/gu, (character) => `#${character.codePointAt(0)};`);

const labelOf = ({ label, state }: WorkflowGraph['nodes'][number]): string =>
  mermaidText([marks[state], inline(shortened(label, longestLabel))].filter(Boolean).join(' '));

/** A workflow as a Mermaid flowchart, with what changes marked; ids of nodes are ours, so that no name is ever syntax. */
const mermaid = ({ nodes, edges }: WorkflowGraph): string => {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index + 1}`]));
  return [
    'flowchart LR',
    ...nodes.map(
      (node, index) => `  n${index + 1}["${labelOf(node)}"]${node.state === 'same' ? '' : `:::${node.state}`}`,
    ),
    ...edges.flatMap(({ from, to, state }) => {
      const [begin, end] = [ids.get(from), ids.get(to)];
      return begin === undefined || end === undefined ? [] : [`  ${begin} ${arrows[state]} ${end}`];
    }),
    ...classes.filter((line) => nodes.some(({ state }) => line.startsWith(`  classDef ${state} `))),
  ].join('\n');
};

/** The nodes that change, where the whole is too large for a picture. */
const changedNodes = ({ nodes }: WorkflowGraph): string => {
  const changed = nodes.filter(({ state }) => state !== 'same');
  const lines = changed
    .slice(0, mostListed)
    .map(({ label, state }) => `${marks[state]} ${inline(shortened(label, longestLabel))}`);
  const count = (one: GraphState): number => changed.filter(({ state }) => state === one).length;
  return [
    `${counted(nodes.length, 'node')}: ${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`,
    ...lines,
    ...(changed.length > mostListed ? [`… ${counted(changed.length - mostListed, 'more node')}`] : []),
  ].join('\n');
};

/** A changed workflow as a block of Markdown: a picture, or a list of the nodes that change where that would be too large. */
export const graphBlock = (graph: WorkflowGraph): string => {
  const { nodes, edges } = graph;
  const picture = nodes.length <= mostNodes && edges.length <= mostEdges ? mermaid(graph) : undefined;
  return picture !== undefined && Buffer.byteLength(picture) <= mostBytes
    ? fenced(picture, 'mermaid')
    : fenced(changedNodes(graph));
};
