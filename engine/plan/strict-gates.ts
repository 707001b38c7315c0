import type { GatesConfig, PerformanceGateConfig, PolicyConfig, Severity, TestGateConfig } from '../config/index.ts';

type Validation = GatesConfig['validation'];
type Security = GatesConfig['security'];

/** The lesser of two limits; one that is not given is none. */
export const least = (left: number | undefined, right: number | undefined): number | undefined =>
  left === undefined ? right : right === undefined ? left : Math.min(left, right);

const stricterValidation = (own: Validation, recorded: Validation): Validation => ({
  ...own,
  enabled: own.enabled || recorded.enabled,
  failOnWarnings: own.failOnWarnings || recorded.failOnWarnings,
  checkDagCycles: own.checkDagCycles || recorded.checkDagCycles,
  checkNodeSchemas: own.checkNodeSchemas || recorded.checkNodeSchemas,
  checkJsonpath: own.checkJsonpath || recorded.checkJsonpath,
  checkNodeRegistry: own.checkNodeRegistry || recorded.checkNodeRegistry,
});

const mildest: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

const milder = (left: Severity, right: Severity | undefined): Severity =>
  right !== undefined && mildest.indexOf(right) < mildest.indexOf(left) ? right : left;

/** Of two that search, what only one accepts is not accepted; who does not search has no say in that. */
const stricterAllowed = (own: Security, recorded: Security): Security['allowed'] => {
  if (!own.enabled && recorded.enabled) return recorded.allowed;
  if (!recorded.enabled) return own.allowed;
  return own.allowed.filter(({ artifact, rule }) =>
    recorded.allowed.some((other) => other.artifact === artifact && other.rule === rule),
  );
};

/** A report that one of them reads is read. */
const stricterSecurity = (own: Security, recorded: Security): Security => {
  const failAt = new Map(recorded.reports.map((report) => [report.sarif, report.failAt]));
  const mine = own.reports.map((report) => ({ ...report, failAt: milder(report.failAt, failAt.get(report.sarif)) }));
  const named = new Set(own.reports.map(({ sarif }) => sarif));
  return {
    enabled: own.enabled || recorded.enabled,
    allowed: stricterAllowed(own, recorded),
    reports: [...mine, ...recorded.reports.filter(({ sarif }) => !named.has(sarif))],
  };
};

interface Named {
  readonly name: string;
}

const baseName = ({ name }: Named): string => name.replace(/ \(as recorded(?:, \d+)?\)$/, '');

const unused = (one: Named, names: ReadonlySet<string>): string => {
  if (!names.has(one.name)) return one.name;
  const base = baseName(one);
  for (let n = 1; ; n += 1) {
    const other = `${base} (as recorded${n === 1 ? '' : `, ${n}`})`;
    if (!names.has(other)) return other;
  }
};

/**
 * Entries as their owner wants them, and those of the other that are not among them, under a name that says whose they
 * are. `merge` makes one of two that ask for the same thing; undefined where they do not.
 */
const both = <T extends Named>(
  own: readonly T[],
  recorded: readonly T[],
  merge: (mine: T, theirs: T) => T | undefined,
): readonly T[] => {
  const result = [...own];
  for (const theirs of recorded) {
    const index = result.findIndex((mine) => merge(mine, theirs) !== undefined);
    const mine = result[index];
    const merged = mine && merge(mine, theirs);
    if (merged) result[index] = merged;
    else result.push({ ...theirs, name: unused(theirs, new Set(result.map(({ name }) => name))) });
  }
  return result;
};

/** One command with one report is run once, and held to what the stricter of the two demands of it. */
const mergeTests = (mine: TestGateConfig, theirs: TestGateConfig): TestGateConfig | undefined =>
  baseName(mine) === baseName(theirs) &&
  mine.command === theirs.command &&
  mine.report === theirs.report &&
  mine.baseline === theirs.baseline
    ? { ...mine, requiredPassRate: Math.max(mine.requiredPassRate, theirs.requiredPassRate) }
    : undefined;

const mergePerformance = (
  mine: PerformanceGateConfig,
  theirs: PerformanceGateConfig,
): PerformanceGateConfig | undefined => {
  if (baseName(mine) !== baseName(theirs) || mine.command !== theirs.command || mine.report !== theirs.report) {
    return undefined;
  }
  const { maxP95LatencyMs: _, maxErrorRate: __, ...rest } = mine;
  const [latency, errors] = [
    least(mine.maxP95LatencyMs, theirs.maxP95LatencyMs),
    least(mine.maxErrorRate, theirs.maxErrorRate),
  ];
  return {
    ...rest,
    ...(latency !== undefined && { maxP95LatencyMs: latency }),
    ...(errors !== undefined && { maxErrorRate: errors }),
    minRuns: Math.max(mine.minRuns, theirs.minRuns),
  };
};

/** The same expression holds once, and as strictly as either wants it; any other is another policy. */
const mergePolicies = (mine: PolicyConfig, theirs: PolicyConfig): PolicyConfig | undefined =>
  baseName(mine) === baseName(theirs) && mine.expression === theirs.expression
    ? { ...mine, onFailure: [mine, theirs].some(({ onFailure }) => onFailure === 'deny') ? 'deny' : 'warn' }
    : undefined;

/** The stricter of two sets of gates in every single rule: a gate that either has is there. Pure. */
export const stricterGates = (own: GatesConfig, recorded: GatesConfig): GatesConfig => ({
  validation: stricterValidation(own.validation, recorded.validation),
  security: stricterSecurity(own.security, recorded.security),
  tests: both(own.tests, recorded.tests, mergeTests),
  performance: both(own.performance, recorded.performance, mergePerformance),
  policies: both(own.policies, recorded.policies, mergePolicies),
});
