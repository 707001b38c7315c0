import { isJsonObject, type JsonObject, type JsonValue, valueAt } from '../values/index.ts';

const tests = ['unit_tests', 'integration_tests', 'regression_tests', 'performance_tests'];

const objectAt = (body: JsonObject, path: readonly string[]): JsonObject | undefined => {
  const value = valueAt(body, path);
  return value !== undefined && isJsonObject(value) ? value : undefined;
};

const listAt = (body: JsonObject | undefined, key: string): readonly JsonObject[] => {
  const list = body?.[key];
  return Array.isArray(list) ? (list as readonly JsonValue[]).filter(isJsonObject) : [];
};

const said = (value: JsonValue | undefined): string => JSON.stringify(value) ?? 'none';

/** What of a test decides what it finds out: a command that is another may be one that always ends well. */
const deciding = ['run', 'report', 'baseline'];

/** Limits and whether more of each lets more through; one that is not given is that number. */
const limits: readonly (readonly [key: string, moreIsLooser: boolean, otherwise: number])[] = [
  ['required_pass_rate', false, 100],
  ['max_p95_latency_ms', true, Infinity],
  ['max_error_rate', true, Infinity],
  ['min_runs', false, 1],
];

const limitLoosenings = (path: string, was: JsonObject, is: JsonObject): readonly string[] =>
  limits.flatMap(([key, moreIsLooser, otherwise]) => {
    const [before = otherwise, after = otherwise] = [was[key], is[key]].map((value) =>
      typeof value === 'number' ? value : otherwise,
    );
    return (moreIsLooser ? after > before : after < before)
      ? [`${path}.${key}: ${said(was[key])} → ${said(is[key])}`]
      : [];
  });

const testLoosenings = (before: JsonObject, after: JsonObject): readonly string[] =>
  tests.flatMap((key) => {
    const path = `gates.tests.${key}`;
    const [was, is] = [before, after].map((body) => objectAt(body, path.split('.')));
    if (!was) return [];
    if (!is) return [`${path} removed`];
    const altered = deciding.filter((one) => was[one] !== is[one]).map((one) => `${path}.${one} changed`);
    return [...altered, ...limitLoosenings(path, was, is)];
  });

const severities = ['low', 'medium', 'high', 'critical'];

const rank = (report: JsonObject): number => severities.indexOf(String(report.fail_at ?? 'high'));

const reportLoosenings = (before: JsonObject | undefined, after: JsonObject | undefined): readonly string[] =>
  listAt(before, 'reports').flatMap((was) => {
    const is = listAt(after, 'reports').find(({ sarif }) => sarif === was.sarif);
    const path = `gates.security.reports.${String(was.sarif)}`;
    if (!is) return [`${path} removed`];
    return rank(is) > rank(was) ? [`${path}: ${said(was.fail_at)} → ${said(is.fail_at)}`] : [];
  });

const accepted = (entry: JsonObject): string => `${String(entry.rule)} in ${String(entry.artifact)}`;

/** Where nothing was searched, nothing is accepted that was not before. */
const allowedLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => {
  if (before.enabled !== true || after.enabled !== true) return [];
  const known = new Set(listAt(before, 'allowed').map(accepted));
  return listAt(after, 'allowed')
    .map(accepted)
    .filter((one) => !known.has(one))
    .map((one) => `gates.security.allowed: ${one}`);
};

const securityLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => {
  const [was, is] = [before, after].map((body) => objectAt(body, ['gates', 'security']));
  if (!was) return [];
  const off =
    was.enabled === true && is?.enabled !== true ? [`gates.security.enabled: true → ${said(is?.enabled)}`] : [];
  return [...off, ...allowedLoosenings(was, is ?? {}), ...reportLoosenings(was, is)];
};

/** Another expression may be true of what this one stops; one that only warned stops nothing. */
const policyLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => {
  const [was, is] = [before, after].map((body) => listAt(objectAt(body, ['gates']), 'policies'));
  return (was ?? []).flatMap((policy) => {
    const path = `gates.policies.${String(policy.name)}`;
    const now = is?.find(({ name }) => name === policy.name);
    if (!now) return [`${path} removed`];
    const weaker = policy.on_failure !== 'warn' && now.on_failure === 'warn';
    return policy.expression !== now.expression || weaker ? [`${path} changed`] : [];
  });
};

/** What of the gates of a target is less strict after a change than before, but for `validation`; one short text each. Pure. */
export const gateLoosenings = (before: JsonObject, after: JsonObject): readonly string[] => [
  ...securityLoosenings(before, after),
  ...testLoosenings(before, after),
  ...policyLoosenings(before, after),
];
