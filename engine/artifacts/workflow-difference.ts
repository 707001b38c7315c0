import { isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';
import type { ArtifactShape } from './artifact.ts';
import type { Edge } from './difference-document.ts';
import { compareValues, type Found, type FoundChange, placesChanged } from './path-difference.ts';
import { planPathOf, shapeOf } from './shape.ts';
import { nodesOf, targetsOf, textsOf, viewNodes, type WorkflowNode } from './workflow-node.ts';

/** Everything that differs between two artifacts, before it is cut to a readable length. */
export interface FoundDifference {
  readonly added: readonly WorkflowNode[];
  readonly removed: readonly WorkflowNode[];
  readonly changed: readonly { readonly node: WorkflowNode; readonly changes: readonly FoundChange[] }[];
  readonly edgesAdded: readonly Edge[];
  readonly edgesRemoved: readonly Edge[];
  readonly fields: readonly FoundChange[];
  readonly cosmetic: readonly FoundChange[];
}

interface Workflow {
  readonly shape: ArtifactShape;
  readonly document: JsonObject;
  readonly plan: JsonObject;
  readonly nodes: ReadonlyMap<string, WorkflowNode>;
}

/** Where a drawing of the workflow is kept; no gateway reads these. `params.layout` of a node is something else. */
const drawnOfPlan: ReadonlySet<string> = new Set(['layout', 'viewport']);
const drawnOfNode: ReadonlySet<string> = new Set(['layout', 'position']);
const cosmeticOfEnvelope: ReadonlySet<string> = new Set(['metadata', ...drawnOfPlan]);

const hasCleanEdges = ({ value, dependencies }: WorkflowNode): boolean => {
  const given = value.dependencies;
  return given === undefined || (Array.isArray(given) && given.length === dependencies.length);
};

/** The workflow by its nodes' ids, or undefined where ids are missing, shared, or a list is not what it should be. */
const open = (document: JsonValue): Workflow | undefined => {
  const finding = shapeOf('workflow', document);
  if ('fault' in finding || !isJsonObject(document)) return undefined;
  const list = nodesOf(document, finding.shape);
  const nodes = new Map<string, WorkflowNode>();
  for (const node of viewNodes(list)) if (node.id !== undefined && hasCleanEdges(node)) nodes.set(node.id, node);
  if (nodes.size !== list.length) return undefined;
  const [planKey] = planPathOf(finding.shape);
  const plan = planKey === undefined ? document : document[planKey];
  return isJsonObject(plan) ? { shape: finding.shape, document, plan, nodes } : undefined;
};

const without = (value: JsonObject, keys: Iterable<string | number>): JsonObject => {
  const left = new Set(keys);
  return Object.fromEntries(Object.entries(value).filter(([key]) => !left.has(key)));
};

/** Sends what was found to the cosmetic changes where the first step of its path is one of `keys`. */
const sorting =
  (keys: ReadonlySet<string>, depth: number, matters: Found, cosmetic: Found): Found =>
  (change) => {
    const step = change.path[depth];
    if (typeof step === 'string' && keys.has(step)) cosmetic(change);
    else matters(change);
  };

const compareEnvelopes = (before: Workflow, after: Workflow, matters: Found, cosmetic: Found): void => {
  const planPath = planPathOf(before.shape);
  const envelope = sorting(cosmeticOfEnvelope, 0, matters, cosmetic);
  const outside = [...planPath, 'nodes'].slice(0, 1);
  compareValues(without(before.document, outside), without(after.document, outside), [], envelope);
  if (planPath.length > 0) {
    const plan = sorting(drawnOfPlan, planPath.length, matters, cosmetic);
    compareValues(without(before.plan, ['nodes']), without(after.plan, ['nodes']), planPath, plan);
  }
};

const compareDependencies = (before: WorkflowNode, after: WorkflowNode, cosmetic: Found): void => {
  const [old, now] = [new Set(before.dependencies), new Set(after.dependencies)];
  const same = old.size === now.size && [...old].every((id) => now.has(id));
  // Another set of dependencies is a difference of edges, and told there.
  if (!same) return;
  const path = ['nodes', after.id ?? after.index, 'dependencies'];
  compareValues(before.value.dependencies, after.value.dependencies, path, cosmetic);
};

const compareNodes = (before: WorkflowNode, after: WorkflowNode, cosmetic: Found): readonly FoundChange[] => {
  const changes: FoundChange[] = [];
  const elsewhere: Found = (change) =>
    cosmetic({ ...change, path: ['nodes', after.id ?? after.index, ...change.path] });
  const found = sorting(drawnOfNode, 0, (change) => changes.push(change), elsewhere);
  compareValues(without(before.value, ['dependencies']), without(after.value, ['dependencies']), [], found);
  compareDependencies(before, after, cosmetic);
  return changes;
};

type EdgeKinds = Map<string, Map<string, Edge['kind']>>;

const edgesOf = (nodes: ReadonlyMap<string, WorkflowNode>): EdgeKinds => {
  const edges: EdgeKinds = new Map();
  const add = (from: string, to: string, kind: 'dependency' | 'control'): void => {
    const ends = edges.get(from) ?? new Map<string, Edge['kind']>();
    const known = ends.get(to);
    ends.set(to, known === undefined || known === kind ? kind : 'both');
    edges.set(from, ends);
  };
  for (const [id, node] of nodes) {
    for (const from of textsOf(node.value.dependencies)) add(from, id, 'dependency');
    for (const target of targetsOf(node)) add(id, target.id, 'control');
  }
  return edges;
};

/** The edges that begin at a node, by the node that each leads to. */
export type EdgesOfNode = (id: string) => ReadonlyMap<string, Edge['kind']>;

const noEdges: ReadonlyMap<string, Edge['kind']> = new Map();

/** Which node leads where in a workflow; nowhere where its nodes have no ids. */
export const edgesOfNode = (document: JsonValue): EdgesOfNode => {
  const workflow = open(document);
  const edges: EdgeKinds = workflow ? edgesOf(workflow.nodes) : new Map();
  return (id) => edges.get(id) ?? noEdges;
};

/** The edges of `edges` that `others` does not have, or has as another kind. */
const edgesMissing = (edges: EdgeKinds, others: EdgeKinds): readonly Edge[] => {
  const missing: Edge[] = [];
  for (const [from, ends] of edges) {
    for (const [to, kind] of ends) if (others.get(from)?.get(to) !== kind) missing.push({ from, to, kind });
  }
  return missing;
};

/** The difference of two workflows by their nodes, or undefined where they have no common shape to compare by. */
export const compareWorkflows = (beforeValue: JsonValue, afterValue: JsonValue): FoundDifference | undefined => {
  const [before, after] = [open(beforeValue), open(afterValue)];
  if (!before || !after || before.shape !== after.shape) return undefined;
  const fields: FoundChange[] = [];
  const cosmetic: FoundChange[] = [];
  const changed: { readonly node: WorkflowNode; readonly changes: readonly FoundChange[] }[] = [];
  compareEnvelopes(
    before,
    after,
    (change) => fields.push(change),
    (change) => cosmetic.push(change),
  );
  for (const [id, node] of after.nodes) {
    const old = before.nodes.get(id);
    const changes = old ? compareNodes(old, node, (change) => cosmetic.push(change)) : [];
    if (changes.length > 0) changed.push({ node, changes });
  }
  if (placesChanged([...before.nodes.keys()], [...after.nodes.keys()])) {
    cosmetic.push({ path: [...planPathOf(after.shape), 'nodes'], action: 'reordered' });
  }
  const [edgesBefore, edgesAfter] = [edgesOf(before.nodes), edgesOf(after.nodes)];
  return {
    added: [...after.nodes.values()].filter(({ id }) => id !== undefined && !before.nodes.has(id)),
    removed: [...before.nodes.values()].filter(({ id }) => id !== undefined && !after.nodes.has(id)),
    changed,
    edgesAdded: edgesMissing(edgesAfter, edgesBefore),
    edgesRemoved: edgesMissing(edgesBefore, edgesAfter),
    fields,
    cosmetic,
  };
};
