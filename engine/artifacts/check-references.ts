import { isJsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import type { Graph } from './check-graph.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import { describe } from './workflow-node.ts';

/** `$.nodes.ID…`, `$.nodes['ID']…`, and the same with `$['nodes']`; a wildcard or a filter names no node. */
const nodeReference = /^\$(?:\.nodes|\[(?:'nodes'|"nodes")\])(?:\.([^\s.*[\]()?,]+)|\[(?:'([^']*)'|"([^"]*)")\])/;

/** The id of the node that a JSONPath leads to; undefined where it leads to none in particular. */
const referredNode = (text: string): string | undefined => {
  const [, plain, single, double] = nodeReference.exec(text) ?? [];
  return plain ?? single ?? double;
};

/** Calls `look` for every text; `trail` says where it is, and is another a moment later. */
const walk = (value: JsonValue, trail: (string | number)[], look: (text: string) => void): void => {
  if (typeof value === 'string') look(value);
  if (value === null || typeof value !== 'object') return;
  if (!isJsonObject(value)) {
    for (let index = 0; index < value.length; index += 1) enter(value[index] ?? null, index, trail, look);
    return;
  }
  for (const key in value) enter(value[key] ?? null, key, trail, look);
};

const enter = (value: JsonValue, step: string | number, trail: (string | number)[], look: (text: string) => void) => {
  // Most values are numbers and plain words, and nothing is noted of them.
  if (typeof value === 'string' && !value.startsWith('$')) return;
  trail.push(step);
  walk(value, trail, look);
  trail.pop();
};

/**
 * Whether every JSONPath in the definitions of nodes that refers to a node, such as the input of a guardrail, leads to one
 * that exists. Time is linear in the size of the definitions.
 */
export const checkReferences = ({ nodes, byId, pathOf }: Graph, report: Report): void => {
  for (const node of nodes) {
    if (!node.definition) continue;
    const trail: (string | number)[] = [];
    walk(node.definition, trail, (text) => {
      const id = referredNode(text);
      if (id === undefined || byId.has(id)) return;
      const path: StructuralPath = [...pathOf(node), 'definition', ...trail];
      const detail = `${describe(node)} refers to the node ${quoted(id)} in ${quoted(String(path.at(-1)))}, and no node has this id.`;
      const hint = 'Write the task_id of a node of this workflow there.';
      report({ severity: 'error', code: 'workflow-reference-unknown', detail, path, hint });
    });
  }
};
