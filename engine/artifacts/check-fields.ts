import { isJsonObject, type JsonObject, type JsonValue, type StructuralPath } from '../values/index.ts';
import type { Report } from './finding.ts';
import { quoted } from './name.ts';
import type { FieldRule, FieldRules } from './vocabulary.ts';

/** An object under check: `subject` names it in messages, `path` says where it stands (asked for only in trouble). */
export interface Checked {
  readonly value: JsonObject;
  readonly subject: () => string;
  readonly path: () => StructuralPath;
}

const typeOf = (value: JsonValue): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
};

const rangeOf = ({ min, max }: { readonly min?: number; readonly max?: number }): string =>
  min !== undefined && max !== undefined
    ? `from ${min} to ${max}`
    : min !== undefined
      ? `of at least ${min}`
      : `of at most ${max}`;

const numberFault = (rule: FieldRule & { readonly type: 'number' | 'integer' }, value: number): string | undefined => {
  if (rule.type === 'integer' && !Number.isInteger(value)) return `must be a whole number, and is ${value}`;
  const outside = (rule.min !== undefined && value < rule.min) || (rule.max !== undefined && value > rule.max);
  return outside ? `must be a number ${rangeOf(rule)}, and is ${value}` : undefined;
};

const listFault = (rule: FieldRule & { readonly type: 'list' }, value: readonly JsonValue[]): string | undefined => {
  if (rule.notEmpty && value.length === 0) return 'must not be empty';
  if (rule.of === undefined) return undefined;
  const wrong = value.find((item) => (rule.of === 'text' ? typeof item !== 'string' : !isJsonObject(item)));
  const wanted = rule.of === 'text' ? 'texts' : 'objects';
  return wrong === undefined ? undefined : `must be a list of ${wanted}, and holds ${typeOf(wrong)}`;
};

/** What is wrong with a value that is present, said as the rest of a sentence; undefined where nothing is. */
const faultOf = (rule: FieldRule, value: JsonValue): string | undefined => {
  switch (rule.type) {
    case 'text':
      if (typeof value !== 'string') return `must be text, and is ${typeOf(value)}`;
      if (rule.oneOf && !rule.oneOf.includes(value)) return `is ${quoted(value)}, not one of ${rule.oneOf.join(', ')}`;
      return rule.required && value === '' ? 'must not be empty' : undefined;
    case 'number':
    case 'integer':
      return typeof value === 'number' ? numberFault(rule, value) : `must be a number, and is ${typeOf(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `must be true or false, and is ${typeOf(value)}`;
    case 'object':
      return isJsonObject(value) ? undefined : `must be an object, and is ${typeOf(value)}`;
    case 'list':
      return Array.isArray(value)
        ? listFault(rule, value as readonly JsonValue[])
        : `must be a list, and is ${typeOf(value)}`;
  }
};

/** Compares the fields of an object with their rules. Fields without a rule are nobody's business: gateways ignore them. */
export const checkFields = (checked: Checked, rules: FieldRules, report: Report): void => {
  for (const name in rules) {
    const rule = rules[name];
    if (!rule) continue;
    const value = checked.value[name];
    if (value === undefined || value === null) {
      if (!rule.required) continue;
      const detail = `${checked.subject()} needs the field \`${name}\`.`;
      report({ severity: 'error', code: 'workflow-field-missing', detail, path: checked.path() });
      continue;
    }
    const fault = faultOf(rule, value);
    if (fault === undefined) continue;
    const detail = `\`${name}\` of ${checked.subject()} ${fault}.`;
    report({ severity: 'error', code: 'workflow-field-invalid', detail, path: [...checked.path(), name] });
  }
};
