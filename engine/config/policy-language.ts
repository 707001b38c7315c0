import type { ParseResult } from '@marcbachmann/cel-js';
import { isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';

/** What a policy may look at. */
export interface PolicyFacts {
  /** The section of the plan, in the words of `schemas/plan.schema.json`. */
  readonly plan: JsonObject;
  readonly environmentType: string;
  readonly actor: string;
  readonly now: Date;
}

/** What became of a policy: whether it holds, or why nobody can say. */
export type PolicyAnswer = { readonly holds: boolean } | { readonly fault: string };

export type CompiledPolicy =
  | { readonly ok: true; readonly judge: (facts: PolicyFacts) => PolicyAnswer }
  /** `at` counts characters of the expression from 0. */
  | { readonly ok: false; readonly fault: string; readonly at: number | undefined };

export type PolicyCompiler = (expression: string) => CompiledPolicy;

type Fields = Readonly<Record<string, string>>;

/** The fields that an expression may name, so that a misspelt one is found before any release. */
const types: Readonly<Record<string, Fields>> = {
  From: { seq: 'int', activation: 'int', version: 'dyn', manifest_digest: 'string' },
  To: { version: 'string', commit: 'dyn', manifest_digest: 'string', seq: 'dyn' },
  Change: {
    ...{ address: 'string', kind: 'string', name: 'string', actions: 'list<string>', reason: 'string' },
    ...{ before_digest: 'dyn', after_digest: 'dyn', detail: 'dyn' },
  },
  Drift: { address: 'string', field: 'string', recorded: 'dyn', actual: 'dyn', reason: 'string' },
  VariableChange: { name: 'string', before: 'dyn', after: 'dyn' },
  ConfigurationChange: {
    ...{ address: 'string', actions: 'list<string>', reason: 'string', before_digest: 'dyn', after_digest: 'dyn' },
    ...{ detail: 'dyn', loosens: 'list<string>', affects: 'list<string>' },
  },
  Plan: {
    ...{ target: 'string', environment: 'string', kind: 'string', place_id: 'string', digest: 'string' },
    ...{ configuration: 'dyn', from: 'From', to: 'To', changes: 'list<Change>', drift: 'list<Drift>' },
    ...{ variables: 'list<VariableChange>', configuration_changes: 'list<ConfigurationChange>' },
    ...{
      held: 'list<string>',
      gates: 'list<string>',
      approvals: 'int',
      approval: 'dyn',
      allow_deletes: 'bool',
      backup: 'dyn',
    },
    ...{ notes: 'list<string>', blocks: 'dyn', preflight: 'dyn', emergency: 'dyn' },
  },
};

/** What the language knows a value of a type by. */
const classes: ReadonlyMap<string, new () => object> = new Map(Object.keys(types).map((name) => [name, class {}]));

/** Much more than any rule needs, and little enough that no expression keeps a release waiting. */
const limits = { maxAstNodes: 2000, maxDepth: 50 };

/** Whole numbers are `int` in CEL, whatever JSON makes of them. */
const asCel = (value: JsonValue): unknown => {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value === null || typeof value !== 'object') return value;
  if (!isJsonObject(value)) return (value as readonly JsonValue[]).map(asCel);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asCel(item)]));
};

/** A value as one of the types above, whose fields are looked up by their names. */
const asTyped = (type: string, value: JsonValue): unknown => {
  const element = /^list<(.+)>$/.exec(type)?.[1];
  if (element !== undefined && Array.isArray(value)) {
    return (value as readonly JsonValue[]).map((item) => asTyped(element, item));
  }
  const [Typed, fields] = [classes.get(type), types[type]];
  if (!Typed || !fields || value === null || !isJsonObject(value)) return asCel(value);
  const entries = Object.entries(fields).map(([key, field]) => [key, asTyped(field, value[key] ?? null)] as const);
  return Object.assign(new Typed(), Object.fromEntries(entries));
};

interface CelFault {
  readonly summary?: string;
  readonly message: string;
  readonly range?: { readonly start: number };
}

/** The first line: what follows is a drawing of the expression. */
const faultOf = (error: unknown): string => {
  const { summary, message } = error as CelFault;
  return (summary ?? message).split('\n')[0] ?? '';
};

const judgeWith =
  (program: ParseResult) =>
  ({ plan, environmentType, actor, now }: PolicyFacts): PolicyAnswer => {
    try {
      const answer: unknown = program({ plan: asTyped('Plan', plan), environment_type: environmentType, actor, now });
      return typeof answer === 'boolean' ? { holds: answer } : { fault: 'it is neither true nor false' };
    } catch (error) {
      return { fault: faultOf(error) };
    }
  };

const load = async (): Promise<PolicyCompiler> => {
  const { Environment } = await import('@marcbachmann/cel-js');
  const language = new Environment({ limits });
  for (const [name, ctor] of classes) language.registerType(name, { ctor, fields: { ...types[name] } });
  language.registerVariable('plan', 'Plan');
  language.registerVariable('environment_type', 'string');
  language.registerVariable('actor', 'string');
  language.registerVariable('now', 'google.protobuf.Timestamp');
  return (expression) => {
    try {
      const program = language.parse(expression);
      const { valid, type = '', error } = program.check();
      if (!valid) return { ok: false, fault: faultOf(error), at: error?.range?.start };
      if (type === 'bool' || type === 'dyn') return { ok: true, judge: judgeWith(program) };
      return { ok: false, fault: `it gives ${type}, and not true or false`, at: undefined };
    } catch (error) {
      return { ok: false, fault: faultOf(error), at: (error as CelFault).range?.start };
    }
  };
};

let loaded: Promise<PolicyCompiler> | undefined;

/** Loads the language, once, and returns what compiles an expression of it: parsed, its names and types checked. */
export const loadPolicyLanguage = (): Promise<PolicyCompiler> => {
  loaded ??= load();
  return loaded;
};
