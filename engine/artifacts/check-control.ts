import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import { type Checked, checkFields } from './check-fields.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import { conditionFields, conditionGroupFields, metricFields, operators, pathFields } from './vocabulary.ts';
import { listOf, textsOf, type WorkflowNode } from './workflow-node.ts';

const within = (outer: Checked, value: JsonObject, subject: () => string, ...steps: StructuralPath): Checked => ({
  value,
  subject,
  path: () => [...outer.path(), ...steps],
});

const checkOperator = (checked: Checked, report: Report): void => {
  const operator = checked.value.operator;
  if (typeof operator !== 'string' || operators.has(operator)) return;
  const detail = `${checked.subject()} uses the operator ${quoted(operator)}.`;
  const hint = `Known operators: ${[...operators].join(' ')}.`;
  report({ severity: 'error', code: 'workflow-operator-unknown', detail, path: [...checked.path(), 'operator'], hint });
};

const checkJsonpath = (checked: Checked, report: Report): void => {
  const jsonpath = checked.value.jsonpath;
  if (typeof jsonpath !== 'string' || /^[$@]/.test(jsonpath)) return;
  const detail = `The JSONPath ${quoted(jsonpath)} in ${checked.subject()} does not start with $ or @.`;
  report({ severity: 'error', code: 'workflow-jsonpath', detail, path: [...checked.path(), 'jsonpath'] });
};

/** A condition looks at one value, or combines further conditions. */
const checkCondition = (checked: Checked, report: Report): void => {
  if (checked.value.conditions === undefined) {
    checkFields(checked, conditionFields, report);
    checkOperator(checked, report);
    checkJsonpath(checked, report);
    return;
  }
  checkFields(checked, conditionGroupFields, report);
  listOf(checked.value.conditions).forEach((inner, index) => {
    if (isJsonObject(inner)) checkCondition(within(checked, inner, checked.subject, 'conditions', index), report);
  });
};

/** The ids of the paths, each said once. */
const checkPathIds = (checked: Checked, paths: readonly JsonValue[], report: Report): ReadonlySet<JsonValue> => {
  const ids = new Set<JsonValue>();
  paths.forEach((path, index) => {
    const id = isJsonObject(path) ? path.path_id : undefined;
    if (typeof id !== 'string') return;
    if (ids.has(id)) {
      const detail = `${checked.subject()} has two paths with the id ${quoted(id)}.`;
      const where = [...checked.path(), 'paths', index, 'path_id'];
      report({ severity: 'error', code: 'workflow-path-duplicate', detail, path: where });
    }
    ids.add(id);
  });
  return ids;
};

const checkGuardrail = (checked: Checked, ids: ReadonlySet<JsonValue>, report: Report): void => {
  if (ids.size !== 2 || !ids.has('pass') || !ids.has('fail')) {
    const detail = `${checked.subject()} must have the paths "pass" and "fail", and no others.`;
    report({ severity: 'error', code: 'workflow-guardrail-paths', detail, path: [...checked.path(), 'paths'] });
  }
  listOf(checked.value.metrics).forEach((metric, index) => {
    if (!isJsonObject(metric)) return;
    const subject = () => `metric ${index + 1} of ${checked.subject()}`;
    checkFields(within(checked, metric, subject, 'metrics', index), metricFields, report);
  });
};

const checkDefaultPath = (checked: Checked, ids: ReadonlySet<JsonValue>, report: Report): void => {
  const id = checked.value.default_path_id;
  if (typeof id !== 'string' || ids.has(id)) return;
  const detail = `The default path ${quoted(id)} of ${checked.subject()} is none of its paths.`;
  report({
    severity: 'error',
    code: 'workflow-default-path-unknown',
    detail,
    path: [...checked.path(), 'default_path_id'],
  });
};

const checkPaths = (node: WorkflowNode, checked: Checked, report: Report): void => {
  const paths = listOf(checked.value.paths);
  // A guardrail without any path is reported once, as a missing field.
  if (paths.length === 0) return;
  paths.forEach((path, index) => {
    if (!isJsonObject(path)) return;
    const subject = () => `path ${index + 1} of ${checked.subject()}`;
    const inside = within(checked, path, subject, 'paths', index);
    checkFields(inside, pathFields, report);
    const condition = path.condition;
    if (isJsonObject(condition)) checkCondition(within(inside, condition, subject, 'condition'), report);
  });
  const ids = checkPathIds(checked, paths, report);
  if (node.method === 'GUARDRAIL') checkGuardrail(checked, ids, report);
  else checkDefaultPath(checked, ids, report);
};

const checkCases = (checked: Checked, report: Report): void => {
  const cases = checked.value.cases;
  if (!isJsonObject(cases)) return;
  for (const [key, ids] of Object.entries(cases)) {
    if (Array.isArray(ids) && textsOf(ids).length === ids.length) continue;
    const detail = `The case ${quoted(key)} of ${checked.subject()} must be a list of node ids.`;
    report({ severity: 'error', code: 'workflow-field-invalid', detail, path: [...checked.path(), 'cases', key] });
  }
};

/** What the table of methods cannot say of control nodes: their paths, conditions, metrics and cases. */
export const checkControl = (node: WorkflowNode, checked: Checked, report: Report): void => {
  switch (node.method) {
    case 'BRANCH':
    case 'PYTHON_BRANCH':
    case 'GUARDRAIL':
      checkPaths(node, checked, report);
      break;
    case 'SWITCH':
      checkCases(checked, report);
      break;
    default:
  }
};
