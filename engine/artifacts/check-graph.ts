import type { StructuralPath } from '../values/index.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import { describe, listOf, targetsOf, type WorkflowNode } from './workflow-node.ts';

/** The nodes as a graph: `byId` has the first node of each id; `pathOf` says where a node stands in the document. */
export interface Graph {
  readonly nodes: readonly WorkflowNode[];
  readonly byId: ReadonlyMap<string, WorkflowNode>;
  readonly pathOf: (node: WorkflowNode) => StructuralPath;
}

export const graphOf = (nodes: readonly WorkflowNode[], nodesPath: StructuralPath): Graph => {
  const byId = new Map<string, WorkflowNode>();
  for (const node of nodes) if (node.id !== undefined && !byId.has(node.id)) byId.set(node.id, node);
  return { nodes, byId, pathOf: (node) => [...nodesPath, node.index] };
};

/** To the database of a gateway, an id in capitals is the same id. */
const checkDuplicates = ({ nodes, pathOf }: Graph, report: Report): void => {
  const firsts = new Map<string, WorkflowNode>();
  for (const node of nodes) {
    if (node.id === undefined) continue;
    const key = node.id.toLowerCase();
    const first = firsts.get(key) ?? node;
    firsts.set(key, first);
    if (first === node) continue;
    const detail = `${describe(node)} has the id of ${describe(first)}, nodes[${first.index}] of the same workflow.`;
    report({ severity: 'error', code: 'workflow-node-duplicate', detail, path: [...pathOf(node), 'task_id'] });
  }
};

const checkDependencies = ({ nodes, byId, pathOf }: Graph, report: Report): void => {
  for (const node of nodes) {
    // Positions go by the list as it is written, texts or not.
    for (const [index, id] of listOf(node.value.dependencies).entries()) {
      if (typeof id !== 'string' || byId.has(id)) continue;
      const detail = `${describe(node)} depends on ${quoted(id)}, and no node has this id.`;
      report({
        severity: 'error',
        code: 'workflow-dependency-unknown',
        detail,
        path: [...pathOf(node), 'dependencies', index],
        hint: 'Write the task_id of a node of this workflow there, or remove the entry.',
      });
    }
  }
};

/** Answers whether a node lists an id in its dependencies; remembers, because one target may be named very often. */
const createDependsOn = (): ((node: WorkflowNode, id: string) => boolean) => {
  const known = new Map<WorkflowNode, ReadonlySet<string>>();
  return (node, id) => {
    const dependencies = known.get(node) ?? new Set(node.dependencies);
    known.set(node, dependencies);
    return dependencies.has(id);
  };
};

const checkTargets = ({ nodes, byId, pathOf }: Graph, report: Report): void => {
  const dependsOn = createDependsOn();
  for (const node of nodes) {
    for (const { id, path: inside } of targetsOf(node)) {
      const path = [...pathOf(node), 'definition', ...inside];
      const target = byId.get(id);
      if (!target) {
        const detail = `${describe(node)} leads to ${quoted(id)}, and no node has this id.`;
        report({ severity: 'error', code: 'workflow-target-unknown', detail, path });
      } else if (node.id !== undefined && !dependsOn(target, node.id)) {
        const detail = `${describe(node)} leads to ${describe(target)}, which does not list it in its dependencies.`;
        const hint = 'Add the control node to the dependencies of the node it leads to.';
        report({ severity: 'error', code: 'workflow-target-independent', detail, path, hint });
      }
    }
  }
};

/** Takes away every node whose dependencies are gone, again and again; what stays lies on a cycle or behind one. */
const withoutSorted = ({ nodes, byId }: Graph): ReadonlySet<WorkflowNode> => {
  const missing = new Map<WorkflowNode, number>();
  const dependents = new Map<WorkflowNode, WorkflowNode[]>();
  for (const node of nodes) {
    let count = 0;
    for (const id of node.dependencies) {
      const dependency = byId.get(id);
      if (!dependency) continue;
      count += 1;
      const list = dependents.get(dependency);
      if (list) list.push(node);
      else dependents.set(dependency, [node]);
    }
    missing.set(node, count);
  }
  const left = new Set(nodes);
  const free = nodes.filter((node) => missing.get(node) === 0);
  for (let node = free.pop(); node; node = free.pop()) {
    left.delete(node);
    for (const dependent of dependents.get(node) ?? []) {
      const count = (missing.get(dependent) ?? 0) - 1;
      missing.set(dependent, count);
      if (count === 0) free.push(dependent);
    }
  }
  return left;
};

/** The same ring of nodes, beginning with the one that stands first in the file. */
const fromFirst = (cycle: readonly WorkflowNode[]): readonly WorkflowNode[] => {
  const first = cycle.reduce((least, { index }) => Math.min(least, index), Number.POSITIVE_INFINITY);
  const at = cycle.findIndex(({ index }) => index === first);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
};

/**
 * The cycles among the nodes that could not be sorted, each in the order in which it would run. Every such node has a
 * dependency that is left too, so a walk along dependencies always ends in a cycle; each node is walked over once.
 */
const cyclesIn = (left: ReadonlySet<WorkflowNode>, byId: Graph['byId']): readonly (readonly WorkflowNode[])[] => {
  const seen = new Set<WorkflowNode>();
  const cycles: (readonly WorkflowNode[])[] = [];
  const before = (node: WorkflowNode): WorkflowNode | undefined => {
    for (const id of node.dependencies) {
      const dependency = byId.get(id);
      if (dependency && left.has(dependency)) return dependency;
    }
    return undefined;
  };
  for (const start of left) {
    const walk: WorkflowNode[] = [];
    let node: WorkflowNode | undefined = start;
    while (node && !seen.has(node)) {
      seen.add(node);
      walk.push(node);
      node = before(node);
    }
    const from = node ? walk.indexOf(node) : -1;
    if (from >= 0) cycles.push(fromFirst(walk.slice(from).reverse()));
  }
  return cycles;
};

const longestCycleShown = 12;

const spell = (cycle: readonly WorkflowNode[]): string => {
  const names = cycle.map((node) => quoted(node.id ?? '').slice(1, -1));
  const shown =
    names.length <= longestCycleShown
      ? names
      : [...names.slice(0, longestCycleShown - 1), `(${names.length - longestCycleShown + 1} more)`];
  return [...shown, names[0]].join(' -> ');
};

const checkCycles = (graph: Graph, report: Report): void => {
  const left = withoutSorted(graph);
  for (const cycle of cyclesIn(left, graph.byId)) {
    const [first, last] = [cycle.at(0), cycle.at(-1)];
    if (!first) continue;
    const detail = `${describe(first)} can never start, because it waits for itself: ${spell(cycle)}.`;
    const index = listOf(first.value.dependencies).indexOf(last?.id ?? '');
    const path = [...graph.pathOf(first), 'dependencies', index];
    const hint = 'Remove one of these dependencies.';
    report({ severity: 'error', code: 'workflow-cycle', detail, path, hint });
  }
};

const rootsShown = 5;

const checkRoots = ({ nodes, pathOf }: Graph, report: Report): void => {
  const roots = nodes.filter((node) => node.dependencies.length === 0);
  const [, second] = roots;
  if (!second) return;
  const more = roots.length > rootsShown ? `, and ${roots.length - rootsShown} more` : '';
  const detail = `${roots.length} nodes have no dependencies: ${roots.slice(0, rootsShown).map(describe).join(', ')}${more}.`;
  const hint = 'Let one node start the workflow, and the others depend on it.';
  report({ severity: 'error', code: 'workflow-root', detail, path: pathOf(second), hint });
};

/**
 * Whether the nodes form a graph that can run: unique ids, dependencies and targets that exist, one root, no cycle. Time
 * and memory are linear in nodes and edges.
 */
export const checkGraph = (graph: Graph, nodesPath: StructuralPath, report: Report): void => {
  if (graph.nodes.length === 0) {
    const detail = 'The workflow has no nodes, so a gateway cannot start it.';
    report({ severity: 'error', code: 'workflow-empty', detail, path: nodesPath });
    return;
  }
  checkDuplicates(graph, report);
  checkDependencies(graph, report);
  checkTargets(graph, report);
  checkCycles(graph, report);
  checkRoots(graph, report);
};
