import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import type { ArtifactShape } from './artifact.ts';
import { quoted } from './name.ts';
import { planPathOf } from './shape.ts';
import { controlMethods } from './vocabulary.ts';

const noTexts: readonly string[] = [];

/** One node of a workflow, with what the checks and the difference ask for again and again. Wrong types read as absent. */
export interface WorkflowNode {
  readonly index: number;
  readonly value: JsonObject;
  readonly id: string | undefined;
  readonly label: string | undefined;
  readonly dependencies: readonly string[];
  readonly definition: JsonObject | undefined;
  readonly method: string | undefined;
}

/** One way out of a control node, with the path of the list that names it. */
export interface ControlTarget {
  readonly id: string;
  readonly path: StructuralPath;
}

export const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

const isText = (value: JsonValue): value is string => typeof value === 'string';

export const textsOf = (value: JsonValue | undefined): readonly string[] => {
  if (!Array.isArray(value)) return noTexts;
  const list = value as readonly JsonValue[];
  return list.every(isText) ? list : list.filter(isText);
};

export const listOf = (value: JsonValue | undefined): readonly JsonValue[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]) : [];

const viewOf = (value: JsonObject, index: number): WorkflowNode => {
  const definition = value.definition;
  const checked = isJsonObject(definition) ? definition : undefined;
  return {
    index,
    value,
    id: textOf(value.task_id),
    label: textOf(value.query_str),
    dependencies: textsOf(value.dependencies),
    definition: checked,
    method: textOf(checked?.method),
  };
};

/** The nodes of a list; what is no object is left out. */
export const viewNodes = (nodes: readonly JsonValue[]): readonly WorkflowNode[] => {
  const views: WorkflowNode[] = [];
  nodes.forEach((value, index) => {
    if (isJsonObject(value)) views.push(viewOf(value, index));
  });
  return views;
};

/** The list of nodes of a workflow whose shape is known. */
export const nodesOf = (value: JsonValue, shape: ArtifactShape): readonly JsonValue[] => {
  const plan = planPathOf(shape).reduce<JsonValue | undefined>(
    (inside, key) => (isJsonObject(inside) ? inside[String(key)] : undefined),
    value,
  );
  return listOf(isJsonObject(plan) ? plan.nodes : undefined);
};

/** `node "1: Extract" (0193…0001)`: how every message names a node. */
export const describe = (node: WorkflowNode): string => {
  const label = node.label === undefined ? undefined : quoted(node.label);
  if (node.id === undefined) return label === undefined ? `node number ${node.index + 1}` : `node ${label}`;
  const id = quoted(node.id).slice(1, -1);
  return label === undefined ? `node ${id}` : `node ${label} (${id})`;
};

const pathTargets = (definition: JsonObject): readonly ControlTarget[] =>
  listOf(definition.paths).flatMap((entry, index) =>
    isJsonObject(entry)
      ? textsOf(entry.target_node_ids).map((id) => ({ id, path: ['paths', index, 'target_node_ids'] }))
      : [],
  );

const caseTargets = (definition: JsonObject): readonly ControlTarget[] => {
  const cases = definition.cases;
  const named = isJsonObject(cases) ? Object.entries(cases) : [];
  return [
    ...named.flatMap(([key, ids]) => textsOf(ids).map((id) => ({ id, path: ['cases', key] }))),
    ...textsOf(definition.default_case).map((id) => ({ id, path: ['default_case'] })),
  ];
};

const noTargets: readonly ControlTarget[] = [];

/** Where a control node leads; empty for every other node. Paths are relative to the node's definition. */
export const targetsOf = ({ method, definition }: WorkflowNode): readonly ControlTarget[] => {
  if (!definition || method === undefined || !controlMethods.has(method)) return noTargets;
  return method === 'SWITCH' ? caseTargets(definition) : pathTargets(definition);
};
