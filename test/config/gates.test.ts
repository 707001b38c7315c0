import { describe, expect, test } from 'vitest';
import { declarationsOf, rulesIn } from '../../engine/config/index.ts';
import { complaints, loaded } from './project.ts';

const around = (gates: string): string => `version: 1
project: x
environments: { p: { type: production } }
targets:
  t:
    environment: p
    version: latest
    gates:
${gates.replaceAll(/^/gm, '      ')}
`;

const everything = `validation: { check_node_registry: true }
security:
  allowed: [{ artifact: workflow.sample-*, rule: basicauth, reason: a sample }]
  reports: [{ sarif: reports/osv.sarif, fail_at: medium }, { sarif: b.sarif }]
tests:
  unit_tests: { run: npm test }
  integration_tests: { run: npm run e2e, report: junit.xml, required_pass_rate: 95, timeout_seconds: 900 }
  regression_tests: { run: npm run golden, report: now.xml, baseline: before.xml }
  performance_tests: { max_p95_latency_ms: 5000, max_error_rate: 2.0 }
policies:
  - { name: few-deletes, expression: 'plan.changes.filter(c, "delete" in c.actions).size() < 3' }
  - { name: quiet, expression: "true", on_failure: warn }`;

describe('gates', () => {
  test('are read with their defaults', async () => {
    const gates = (await loaded(around(everything))).targets.get('t')?.gates;
    expect(gates).toMatchObject({
      validation: { enabled: true, checkNodeRegistry: true },
      security: {
        enabled: true,
        allowed: [{ artifact: 'workflow.sample-*', rule: 'basicauth', reason: 'a sample' }],
        reports: [
          { sarif: 'reports/osv.sarif', failAt: 'medium' },
          { sarif: 'b.sarif', failAt: 'high' },
        ],
      },
      tests: [
        { name: 'unit_tests', command: 'npm test', requiredPassRate: 100, timeoutSeconds: 600 },
        { name: 'integration_tests', report: 'junit.xml', requiredPassRate: 95, timeoutSeconds: 900 },
        { name: 'regression_tests', baseline: 'before.xml' },
      ],
      performance: [{ name: 'performance_tests', maxP95LatencyMs: 5000, maxErrorRate: 2, minRuns: 1 }],
      policies: [
        { name: 'few-deletes', onFailure: 'deny' },
        { name: 'quiet', onFailure: 'warn' },
      ],
    });
  });

  test('are recorded in words from which the same rules are read', async () => {
    const config = await loaded(around(everything));
    const body = declarationsOf(config).find(({ address }) => address === 'target.t')?.body ?? {};
    const gates = config.targets.get('t')?.gates;
    const allowed = gates?.security.allowed.map((one) => ({ ...one, reason: '' }));
    expect(rulesIn(body).gates).toEqual({ ...gates, security: { ...gates?.security, allowed } });
  });

  test('stand in what a plan rests on only where there are any', async () => {
    const slice = async (gates: string) => {
      const target = (await loaded(around(gates))).targets.get('t')?.slice.target as { readonly gates?: object };
      return target.gates;
    };
    expect(await slice('validation: {}')).toEqual({
      validation: {
        ...{ enabled: true, fail_on_warnings: false, check_dag_cycles: true },
        ...{ check_node_schemas: true, check_jsonpath: true },
      },
    });
    expect(Object.keys((await slice(everything)) ?? {})).toEqual(['validation', 'security', 'tests', 'policies']);
    // Why something is no secret is for people.
    expect(JSON.stringify(await slice(everything))).not.toContain('a sample');
  });
});

describe('a gate that can never be judged is refused where it stands', () => {
  test.each([
    [
      'policies: [{ name: a, expression: "plan.chnages.size() == 0" }]',
      'config-gate m3forge.yaml:9:41 The policy "a" cannot be judged: No such key: chnages at character 6.',
    ],
    [
      'policies: [{ name: a, expression: "1 + 1" }]',
      'The policy "a" cannot be judged: it gives int, and not true or false.',
    ],
    [
      'policies: [{ name: a, expression: "true" }, { name: a, expression: "false" }]',
      'The target "t" has a policy "a" already.',
    ],
    ['tests: { performance_tests: { min_runs: 3 } }', 'It limits nothing.'],
    ['tests: { performance_tests: { max_error_rate: 1, run: x } }', '`run` is given, and `report` is not.'],
    ['tests: { performance_tests: { max_error_rate: 1, report: x } }', '`report` is given, and `run` is not.'],
    ['tests: { unit_tests: { run: x, report: ../junit.xml } }', 'config-invalid-path m3forge.yaml:9:46 "../junit.xml"'],
    ['security: { reports: [{ sarif: /tmp/x.sarif }] }', 'config-invalid-path'],
    ['security: { reports: [{ sarif: a }, { sarif: a }] }', 'The report "a" is named already.'],
    ['security: { allowed: [{ artifact: "{", rule: x, reason: y }] }', '"{" matches no address'],
    ['tests: { unit_tests: { report: x } }', 'schema-missing-key'],
    ['tests: { unit_tests: { run: x, required_pass_rate: 101 } }', 'schema-invalid-value'],
    ['tests: { unit_tests: { run: x, baseline: y } }', 'schema-unknown-key'],
    ['tests: { smoke_tests: { run: x } }', 'schema-unknown-key'],
    ['policies: [{ name: a, expression: "true", on_failure: shout }]', 'schema-not-one-of'],
  ])('%s', async (gates, complaint) => {
    const found = await complaints(around(gates));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(complaint);
  });

  test('and several are told in one run', async () => {
    const gates =
      'policies: [{ name: a, expression: "(" }, { name: b, expression: ")" }]\ntests: { performance_tests: {} }';
    expect(await complaints(around(gates))).toHaveLength(3);
  });
});
