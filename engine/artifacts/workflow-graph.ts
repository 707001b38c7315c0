import type { JsonValue } from '../values/index.ts';
import type { Edge } from './difference-document.ts';
import { shapeOf } from './shape.ts';
import { compareWorkflows, edgesOfNode } from './workflow-difference.ts';
import { nodesOf, viewNodes, type WorkflowNode } from './workflow-node.ts';

/** How a node or an edge stands from one document to the next. */
export type GraphState = 'same' | 'added' | 'removed' | 'changed';

/** A workflow as a picture shows it, with what becomes of its parts. */
export interface WorkflowGraph {
  readonly nodes: readonly { readonly id: string; readonly label: string; readonly state: GraphState }[];
  /** By the ids of their ends. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly state: Exclude<GraphState, 'changed'>;
  }[];
}

/** More nodes than these are no picture that anybody could read. */
const mostNodes = 60;

const nodesIn = (document: JsonValue): readonly WorkflowNode[] => {
  const found = shapeOf('workflow', document);
  return 'shape' in found ? viewNodes(nodesOf(document, found.shape)) : [];
};

const keyOf = ({ from, to }: Pick<Edge, 'from' | 'to'>): string => JSON.stringify([from, to]);

/**
 * The nodes and edges of both documents, in the order of the later one; undefined where there is nothing to draw by ids, or
 * too much for a picture. Without a document before it, everything is new. Pure.
 */
export const graphOf = (before: JsonValue | undefined, after: JsonValue): WorkflowGraph | undefined => {
  const nodes = nodesIn(after);
  const difference = before === undefined ? undefined : compareWorkflows(before, after);
  if (before !== undefined && !difference) return undefined;
  const removed = difference?.removed ?? [];
  const all = [...nodes, ...removed];
  if (nodes.length === 0 || all.length > mostNodes || all.some(({ id }) => id === undefined)) return undefined;
  const [added, changed] = [
    new Set(difference?.added.map(({ id }) => id)),
    new Set(difference?.changed.map(({ node }) => node.id)),
  ];
  const stateOf = (id: string | undefined): GraphState =>
    !difference || added.has(id) ? 'added' : changed.has(id) ? 'changed' : 'same';
  const gone = new Set(removed.map(({ id }) => id));
  const leads = edgesOfNode(after);
  const edgesNow = nodes.flatMap(({ id = '' }) => [...leads(id).keys()].map((to) => ({ from: id, to })));
  const [newEdges, known] = [new Set(difference?.edgesAdded.map(keyOf)), new Set(edgesNow.map(keyOf))];
  return {
    nodes: all.map(({ id = '', label = id }) => ({ id, label, state: gone.has(id) ? 'removed' : stateOf(id) })),
    edges: [
      ...edgesNow.map((edge) => ({
        ...edge,
        state: !difference || newEdges.has(keyOf(edge)) ? ('added' as const) : ('same' as const),
      })),
      // An edge that became one of another kind is still there.
      ...(difference?.edgesRemoved ?? [])
        .filter((edge) => !known.has(keyOf(edge)))
        .map(({ from, to }) => ({ from, to, state: 'removed' as const })),
    ],
  };
};
