import type { JsonObject, JsonValue } from '../values/index.ts';
import type { GatesConfig, PerformanceGateConfig, SecurityGateConfig, TestGateConfig } from './config-gates.ts';
import type {
  GatesFile,
  PerformanceGateFile,
  RegressionGateFile,
  SecurityGateFile,
  TestGatesFile,
} from './file-gates.ts';

/** The gates that run a command and read its report, by their keys, in the order in which they run. */
export const testGateKeys = ['unit_tests', 'integration_tests', 'regression_tests'] as const;
export const performanceGateKey = 'performance_tests';

const defaultTimeoutSeconds = 600;

/** What the schema refused in a list is left out here; that has had its complaint. */
const entries = <T>(list: readonly T[] | undefined): readonly T[] => (list ?? []).filter((entry) => entry !== null);

const securityOf = (written: SecurityGateFile | undefined): SecurityGateConfig => ({
  enabled: written !== undefined && (written.enabled ?? true),
  allowed: entries(written?.allowed).map(({ artifact = '', rule = '', reason = '' }) => ({ artifact, rule, reason })),
  reports: entries(written?.reports).map(({ sarif = '', fail_at: failAt = 'high' }) => ({ sarif, failAt })),
});

const testOf = (name: string, written: RegressionGateFile): TestGateConfig => ({
  name,
  command: written.run ?? '',
  ...(written.report !== undefined && { report: written.report }),
  ...(written.baseline !== undefined && { baseline: written.baseline }),
  requiredPassRate: written.required_pass_rate ?? 100,
  timeoutSeconds: written.timeout_seconds ?? defaultTimeoutSeconds,
});

const testsOf = (written: TestGatesFile = {}): readonly TestGateConfig[] =>
  testGateKeys.flatMap((key) => {
    const test = written[key];
    return test ? [testOf(key, test)] : [];
  });

const performanceOf = (written: PerformanceGateFile): PerformanceGateConfig => ({
  name: performanceGateKey,
  ...(written.max_p95_latency_ms !== undefined && { maxP95LatencyMs: written.max_p95_latency_ms }),
  ...(written.max_error_rate !== undefined && { maxErrorRate: written.max_error_rate }),
  minRuns: written.min_runs ?? 1,
  ...(written.run !== undefined && { command: written.run }),
  ...(written.report !== undefined && { report: written.report }),
  timeoutSeconds: written.timeout_seconds ?? defaultTimeoutSeconds,
});

/** The gates of a target with their defaults. */
export const gatesOf = ({ validation = {}, security, tests, policies }: GatesFile = {}): GatesConfig => ({
  validation: {
    enabled: validation.enabled ?? true,
    failOnWarnings: validation.fail_on_warnings ?? false,
    checkDagCycles: validation.check_dag_cycles ?? true,
    checkNodeSchemas: validation.check_node_schemas ?? true,
    checkJsonpath: validation.check_jsonpath ?? true,
    checkNodeRegistry: validation.check_node_registry ?? false,
  },
  security: securityOf(security),
  tests: testsOf(tests),
  performance: tests?.performance_tests ? [performanceOf(tests.performance_tests)] : [],
  policies: entries(policies).map(({ name = '', expression = '', on_failure: onFailure = 'deny' }) => ({
    name,
    expression,
    onFailure,
  })),
});

const securityBody = ({ enabled, allowed, reports }: SecurityGateConfig): JsonObject => ({
  enabled,
  ...(allowed.length > 0 && { allowed: allowed.map(({ artifact, rule }) => ({ artifact, rule })) }),
  ...(reports.length > 0 && { reports: reports.map(({ sarif, failAt }) => ({ sarif, fail_at: failAt })) }),
});

const testBody = (test: TestGateConfig): JsonObject => ({
  run: test.command,
  ...(test.report !== undefined && { report: test.report }),
  ...(test.baseline !== undefined && { baseline: test.baseline }),
  required_pass_rate: test.requiredPassRate,
  timeout_seconds: test.timeoutSeconds,
});

const performanceBody = (one: PerformanceGateConfig): JsonObject => ({
  ...(one.maxP95LatencyMs !== undefined && { max_p95_latency_ms: one.maxP95LatencyMs }),
  ...(one.maxErrorRate !== undefined && { max_error_rate: one.maxErrorRate }),
  min_runs: one.minRuns,
  ...(one.command !== undefined && { run: one.command }),
  ...(one.report !== undefined && { report: one.report }),
  timeout_seconds: one.timeoutSeconds,
});

/**
 * The gates in the words of the file. What only some targets have stands there only where one has it: that of any other
 * stays as it was before there were such gates. Reasons are for people, and left out.
 */
export const gatesBody = ({ validation, security, tests, performance, policies }: GatesConfig): JsonObject => {
  const commands: readonly (readonly [string, JsonValue])[] = [
    ...tests.map((test) => [test.name, testBody(test)] as const),
    ...performance.map((one) => [one.name, performanceBody(one)] as const),
  ];
  const secures = security.enabled || security.reports.length > 0 || security.allowed.length > 0;
  return {
    validation: {
      enabled: validation.enabled,
      fail_on_warnings: validation.failOnWarnings,
      check_dag_cycles: validation.checkDagCycles,
      check_node_schemas: validation.checkNodeSchemas,
      check_jsonpath: validation.checkJsonpath,
      ...(validation.checkNodeRegistry && { check_node_registry: true }),
    },
    ...(secures && { security: securityBody(security) }),
    ...(commands.length > 0 && { tests: Object.fromEntries(commands) }),
    ...(policies.length > 0 && {
      policies: policies.map(({ name, expression, onFailure }) => ({ name, expression, on_failure: onFailure })),
    }),
  };
};

/**
 * The names of the gates that a release of this target must pass, in the order in which they are judged. `references` goes
 * with `validation`, and is not named.
 */
export const requiredGates = ({
  validation,
  security,
  tests,
  performance,
  policies,
}: GatesConfig): readonly string[] => [
  ...(validation.enabled ? ['validation'] : []),
  ...(validation.enabled && validation.checkNodeRegistry ? ['node_registry'] : []),
  ...(security.enabled ? ['secrets'] : []),
  ...(security.reports.length > 0 ? ['vulnerabilities'] : []),
  ...policies.map(({ name }) => `policy ${name}`),
  ...tests.map(({ name }) => name),
  ...performance.map(({ name }) => name),
];
