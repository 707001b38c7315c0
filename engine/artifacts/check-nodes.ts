import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import { checkControl } from './check-control.ts';
import { type Checked, checkFields } from './check-fields.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import { mergeFields, methods, nodeTypes } from './vocabulary.ts';
import { describe, type WorkflowNode } from './workflow-node.ts';

const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** `executor://path`: the executor as gateways list it, then where in it. */
const executorEndpoint = /^[^\s:/]+:\/\/\S+$/;

type NodeCheck = (node: WorkflowNode, path: () => StructuralPath, report: Report) => void;

const checkId: NodeCheck = (node, path, report) => {
  if (node.id !== undefined && uuid.test(node.id)) return;
  const given = node.value.task_id;
  const detail =
    given === undefined
      ? `${describe(node)} has no \`task_id\`.`
      : `The \`task_id\` of ${describe(node)} is no UUID, and the gateway stores it in a column that takes nothing else.`;
  report({ severity: 'error', code: 'workflow-node-id', detail, path: [...path(), 'task_id'] });
};

const checkType: NodeCheck = (node, path, report) => {
  const type = node.value.node_type;
  // The gateway takes COMPUTE where nothing is said.
  if (type === undefined || (typeof type === 'string' && nodeTypes.has(type))) return;
  const given = typeof type === 'string' ? quoted(type) : 'no text';
  const detail = `The \`node_type\` of ${describe(node)} is ${given}, not one of ${[...nodeTypes].join(', ')}.`;
  report({ severity: 'error', code: 'workflow-node-type', detail, path: [...path(), 'node_type'] });
};

const checkLabel: NodeCheck = (node, path, report) => {
  if (node.label !== undefined) return;
  const missing = node.value.query_str === undefined;
  const detail = missing
    ? `${describe(node)} needs the field \`query_str\`.`
    : `\`query_str\` of ${describe(node)} must be text.`;
  const code = missing ? 'workflow-field-missing' : 'workflow-field-invalid';
  report({ severity: 'error', code, detail, path: missing ? path() : [...path(), 'query_str'] });
};

const isTextList = (value: JsonValue): boolean =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const checkDependencyList: NodeCheck = (node, path, report) => {
  const list = node.value.dependencies;
  if (list === undefined || isTextList(list)) return;
  const detail = `\`dependencies\` of ${describe(node)} must be a list of node ids.`;
  report({ severity: 'error', code: 'workflow-field-invalid', detail, path: [...path(), 'dependencies'] });
};

const checkEndpoint = (
  node: WorkflowNode,
  definition: JsonObject,
  path: () => StructuralPath,
  report: Report,
): void => {
  const endpoint = definition.endpoint;
  if (node.method !== 'EXECUTOR_ENDPOINT' || typeof endpoint !== 'string' || executorEndpoint.test(endpoint)) return;
  const detail = `The endpoint ${quoted(endpoint)} of ${describe(node)} does not have the form executor://path.`;
  report({ severity: 'error', code: 'workflow-endpoint', detail, path: [...path(), 'endpoint'] });
};

const isGiven = (value: JsonValue | undefined): boolean => value !== undefined && value !== null;

/** Merge settings on a method that does not merge: the gateway reads the node, drops them, and says nothing. */
const checkDropped = (node: WorkflowNode, definition: JsonObject, path: () => StructuralPath, report: Report): void => {
  const dropped: string[] = [];
  if (node.method === 'NOOP') dropped.push(...Object.keys(mergeFields).filter((name) => isGiven(definition[name])));
  if (node.value.node_type === 'MERGER' && isGiven(definition.strategy)) dropped.push('strategy');
  const [first] = dropped;
  if (first === undefined) return;
  const names = dropped.map((name) => `\`${name}\``).join(', ');
  const detail = `${describe(node)} sets ${names}, which the method ${node.method} drops.`;
  const hint = 'A merge strategy works with "method": "MERGER_ENHANCED" and `merge_strategy`.';
  report({ severity: 'warning', code: 'workflow-field-ignored', detail, path: [...path(), first], hint });
};

const checkMethod = (node: WorkflowNode, checked: Checked, report: Report): void => {
  const { value: definition, path } = checked;
  const name = definition.method;
  const method = typeof name === 'string' ? methods.get(name) : undefined;
  if (!method) {
    const given = typeof name === 'string' ? `the method ${quoted(name)}, which no gateway registers` : 'no `method`';
    const detail = `${describe(node)} has ${given}.`;
    const hint = `Known methods: ${[...methods.keys()].join(', ')}.`;
    report({ severity: 'error', code: 'workflow-method-unknown', detail, path: [...path(), 'method'], hint });
    return;
  }
  if (!method.runs) {
    const detail = `${describe(node)} uses ${name}: the gateway registers such a workflow, and fails when it is started.`;
    report({ severity: 'warning', code: 'workflow-method-unsupported', detail, path: [...path(), 'method'] });
  }
  checkFields(checked, method.fields, report);
  checkEndpoint(node, definition, path, report);
  checkDropped(node, definition, path, report);
  checkControl(node, checked, report);
};

const checkNode: NodeCheck = (node, path, report) => {
  checkId(node, path, report);
  checkLabel(node, path, report);
  checkType(node, path, report);
  checkDependencyList(node, path, report);
  const { definition } = node;
  if (!definition) {
    const detail = `${describe(node)} has no \`definition\`, so the gateway does not know what to run.`;
    report({ severity: 'error', code: 'workflow-node-definition', detail, path: path() });
    return;
  }
  const subject = () => describe(node);
  checkMethod(node, { value: definition, subject, path: () => [...path(), 'definition'] }, report);
};

/** Each node by itself: its id, its type, and its definition against the table of methods. */
export const checkNodes = (
  list: readonly JsonValue[],
  nodes: readonly WorkflowNode[],
  nodesPath: StructuralPath,
  report: Report,
): void => {
  list.forEach((value, index) => {
    if (isJsonObject(value)) return;
    const detail = `Entry ${index + 1} of \`nodes\` is no object.`;
    report({ severity: 'error', code: 'workflow-field-invalid', detail, path: [...nodesPath, index] });
  });
  for (const node of nodes) checkNode(node, () => [...nodesPath, node.index], report);
};
