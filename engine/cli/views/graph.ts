import type { EstateGraph, GraphEdge, GraphNode } from '../../operations/index.ts';
import { inline } from './escape.ts';

const labelOf = ({ name, about, enabled }: GraphNode): readonly string[] => [
  inline(name),
  ...(about === '' ? [] : [inline(about)]),
  ...(enabled ? [] : ['disabled']),
];

const edgeLabels: Readonly<Record<GraphEdge['kind'], string>> = {
  wanted: '',
  from: 'from',
  releases: 'releases into',
  read: 'read by',
};

/** Everything but plain letters, digits and a few marks as Mermaid's own entity, which means nothing but itself. */
const mermaidText = (text: string): string =>
  text.replace(/[^\p{L}\p{N} .,_-]/gu, (character) => `#${character.codePointAt(0)};`);

const mermaidShapes: Readonly<Record<GraphNode['kind'], readonly [string, string]>> = {
  version: ['(["', '"])'],
  target: ['["', '"]'],
  environment: ['[("', '")]'],
  gateway: ['{{"', '"}}'],
};

/** A Mermaid flowchart, as forges draw it in Markdown. */
export const mermaidGraph = ({ nodes, edges }: EstateGraph): string => {
  const node = (one: GraphNode): string => {
    const [open, close] = mermaidShapes[one.kind];
    return `  ${one.id}${open}${labelOf(one).map(mermaidText).join('<br>')}${close}${one.enabled ? '' : ':::disabled'}`;
  };
  const edge = ({ from, to, kind }: GraphEdge): string => {
    const label = edgeLabels[kind];
    return `  ${from} ${kind === 'from' ? '-.->' : '-->'}${label === '' ? '' : `|${label}|`} ${to}`;
  };
  return [
    'flowchart LR',
    ...nodes.map(node),
    ...edges.map(edge),
    ...(nodes.every(({ enabled }) => enabled) ? [] : ['  classDef disabled stroke-dasharray: 4 4']),
  ].join('\n');
};

/** A quoted string of the dot language, in which a backslash would begin an escape of its own. */
const dotText = (lines: readonly string[]): string =>
  `"${lines.map((line) => line.replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')}"`;

const dotShapes: Readonly<Record<GraphNode['kind'], string>> = {
  version: 'oval',
  target: 'box',
  environment: 'cylinder',
  gateway: 'hexagon',
};

/** A graph in the dot language of Graphviz. */
export const dotGraph = ({ nodes, edges }: EstateGraph): string => {
  const node = (one: GraphNode): string =>
    `  ${one.id} [label=${dotText(labelOf(one))}, shape=${dotShapes[one.kind]}${one.enabled ? '' : ', style=dashed'}];`;
  const edge = ({ from, to, kind }: GraphEdge): string =>
    `  ${from} -> ${to} [label=${dotText([edgeLabels[kind]])}${kind === 'from' ? ', style=dashed' : ''}];`;
  return ['digraph m3forge {', '  rankdir=LR;', ...nodes.map(node), ...edges.map(edge), '}'].join('\n');
};
