import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { GatesFile } from '../../engine/config/file-gates.ts';
import { gatesBody, gatesOf } from '../../engine/config/gates.ts';
import { loosenings } from '../../engine/plan/loosening.ts';
import { stricterGates } from '../../engine/plan/strict-gates.ts';
import type { JsonObject } from '../../engine/values/index.ts';

const body = (gates: GatesFile): JsonObject => ({ gates: gatesBody(gatesOf(gates)) });

const held = (own: GatesFile, recorded: GatesFile) => stricterGates(gatesOf(own), gatesOf(recorded));

const unit = { run: 'npm test' };

/** What is recorded, what the file says in its place, and what is less strict by that. */
const cases: readonly (readonly [string, GatesFile, GatesFile, readonly string[]])[] = [
  ['nothing', { tests: { unit_tests: unit } }, { tests: { unit_tests: { ...unit, timeout_seconds: 5 } } }, []],
  ['a test that is gone', { tests: { unit_tests: unit } }, {}, ['gates.tests.unit_tests removed']],
  [
    'another command, which may be one that always ends well',
    { tests: { unit_tests: unit } },
    { tests: { unit_tests: { run: 'true' } } },
    ['gates.tests.unit_tests.run changed'],
  ],
  [
    'a lower pass rate',
    { tests: { unit_tests: unit } },
    { tests: { unit_tests: { ...unit, required_pass_rate: 90 } } },
    ['gates.tests.unit_tests.required_pass_rate: 100 → 90'],
  ],
  [
    'another baseline',
    { tests: { regression_tests: { ...unit, baseline: 'a.xml' } } },
    { tests: { regression_tests: { ...unit, baseline: 'b.xml' } } },
    ['gates.tests.regression_tests.baseline changed'],
  ],
  [
    'a limit that is gone, and fewer runs',
    { tests: { performance_tests: { max_error_rate: 1, max_p95_latency_ms: 9, min_runs: 5 } } },
    { tests: { performance_tests: { max_error_rate: 1 } } },
    ['gates.tests.performance_tests.max_p95_latency_ms: 9 → none', 'gates.tests.performance_tests.min_runs: 5 → 1'],
  ],
  ['a search that is off', { security: { enabled: true } }, {}, ['gates.security.enabled: true → none']],
  [
    'more that is accepted',
    { security: { allowed: [{ artifact: 'a', rule: 'x', reason: 'r' }] } },
    { security: { allowed: [{ artifact: '*', rule: 'x', reason: 'r' }] } },
    ['gates.security.allowed: x in *'],
  ],
  [
    'a report that is gone, and one that is judged more mildly',
    { security: { reports: [{ sarif: 'a' }, { sarif: 'b', fail_at: 'low' }] } },
    { security: { reports: [{ sarif: 'b', fail_at: 'critical' }] } },
    ['gates.security.reports.a removed', 'gates.security.reports.b: "low" → "critical"'],
  ],
  [
    'a policy that is gone, one that only warns, one that says something else',
    {
      policies: [
        { name: 'a', expression: 'x' },
        { name: 'b', expression: 'x' },
        { name: 'c', expression: 'x', on_failure: 'warn' },
      ],
    },
    {
      policies: [
        { name: 'b', expression: 'x', on_failure: 'warn' },
        { name: 'c', expression: 'y', on_failure: 'warn' },
      ],
    },
    ['gates.policies.a removed', 'gates.policies.b changed', 'gates.policies.c changed'],
  ],
  [
    'the registry that is not asked any more',
    { validation: { check_node_registry: true } },
    { validation: {} },
    ['gates.validation.check_node_registry: true → none'],
  ],
];

describe.each(cases)('%s', (_what, recorded, own, loosened) => {
  test('is what the plan marks as a loosening', () => {
    expect(loosenings('target.t', body(recorded), body(own))).toEqual(loosened);
    expect(loosenings('target.t', body(recorded), body(recorded))).toEqual([]);
  });
});

describe('what is recorded holds beside what is written', () => {
  test('a test that is gone runs, and one with another command runs in both forms', () => {
    const recorded = { tests: { unit_tests: unit, integration_tests: { run: 'e2e' } } };
    expect(held({ tests: { unit_tests: { run: 'true' } } }, recorded).tests).toMatchObject([
      { name: 'unit_tests', command: 'true' },
      { name: 'unit_tests (as recorded)', command: 'npm test' },
      { name: 'integration_tests', command: 'e2e' },
    ]);
  });

  test('the same command runs once, held to the higher rate', () => {
    const rate = (percent: number) => ({ tests: { unit_tests: { ...unit, required_pass_rate: percent } } });
    expect(held(rate(90), rate(100)).tests).toMatchObject([{ requiredPassRate: 100 }]);
    expect(held(rate(100), rate(90)).tests).toMatchObject([{ requiredPassRate: 100 }]);
  });

  test('a policy denies where either wants it, and another expression is another policy', () => {
    const policy = (expression: string, on_failure: 'deny' | 'warn') => ({
      policies: [{ name: 'p', expression, on_failure }],
    });
    expect(held(policy('x', 'warn'), policy('x', 'deny')).policies).toEqual([
      { name: 'p', expression: 'x', onFailure: 'deny' },
    ]);
    expect(held(policy('true', 'deny'), policy('x', 'deny')).policies.map(({ name }) => name)).toEqual([
      'p',
      'p (as recorded)',
    ]);
  });

  test('what only one accepts is accepted by neither, unless the other does not search at all', () => {
    const allowing = (...rules: readonly string[]): GatesFile => ({
      security: { allowed: rules.map((rule) => ({ artifact: '*', rule, reason: 'r' })) },
    });
    const rulesOf = (own: GatesFile, recorded: GatesFile) =>
      held(own, recorded).security.allowed.map(({ rule }) => rule);
    expect(rulesOf(allowing('a', 'b'), allowing('b', 'c'))).toEqual(['b']);
    expect(rulesOf({}, allowing('b'))).toEqual(['b']);
    expect(rulesOf(allowing('a'), {})).toEqual(['a']);
  });

  test('of several that were first in a place, each is held to under a name of its own', () => {
    const one = (run: string): GatesFile => ({ tests: { unit_tests: { run } } });
    const twice = stricterGates(held(one('a'), one('b')), gatesOf(one('c')));
    expect(twice.tests.map(({ name }) => name)).toEqual([
      'unit_tests',
      'unit_tests (as recorded)',
      'unit_tests (as recorded, 2)',
    ]);
    // Those that are there already are not asked for once more.
    expect(stricterGates(twice, gatesOf(one('b'))).tests).toHaveLength(3);
  });
});

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const command = fc.constantFrom('x', 'y');
const gates = fc.record({
  validation: some(fc.record({ enabled: fc.boolean(), check_node_registry: fc.boolean() })),
  security: some(
    fc.record({
      enabled: fc.boolean(),
      allowed: fc.subarray([
        { artifact: '*', rule: 'a', reason: 'r' },
        { artifact: '*', rule: 'b', reason: 'r' },
      ]),
      reports: some(fc.constantFrom('low', 'high').map((fail_at) => [{ sarif: 'a', fail_at }])),
    }),
  ),
  tests: some(
    fc.record({
      unit_tests: some(fc.record({ run: command, required_pass_rate: fc.constantFrom(80, 90, 100) })),
      performance_tests: some(fc.record({ max_error_rate: some(fc.nat(3)), min_runs: fc.integer({ min: 1, max: 3 }) })),
    }),
  ),
  policies: some(
    fc
      .record({ expression: command, on_failure: fc.constantFrom('deny', 'warn') })
      .map((one) => [{ name: 'p', ...one }]),
  ),
}) as fc.Arbitrary<GatesFile>;

test('the stricter of two lets nothing through that either stops, and of one and itself it is that one', () => {
  fc.assert(
    fc.property(gates, gates, (own, recorded) => {
      const both = held(own, recorded);
      for (const side of [gatesOf(own), gatesOf(recorded)]) {
        expect(both.validation.enabled || !side.validation.enabled).toBe(true);
        expect(both.security.enabled || !side.security.enabled).toBe(true);
        for (const one of side.tests) {
          const same = both.tests.find(({ command: run }) => run === one.command);
          expect(same?.requiredPassRate).toBeGreaterThanOrEqual(one.requiredPassRate);
        }
        for (const one of side.policies) {
          const same = both.policies.find(({ expression }) => expression === one.expression);
          expect(same?.onFailure === 'deny' || one.onFailure === 'warn').toBe(true);
        }
        for (const { sarif } of side.security.reports) {
          expect(both.security.reports.map((report) => report.sarif)).toContain(sarif);
        }
      }
      expect(stricterGates(gatesOf(own), gatesOf(own))).toEqual(gatesOf(own));
      // Where nothing is marked as a loosening, the file is held to nothing but itself.
      if (loosenings('target.t', body(recorded), body(own)).length === 0) {
        expect(gatesBody(both).tests).toEqual(gatesBody(gatesOf(own)).tests);
        expect(gatesBody(both).policies).toEqual(gatesBody(gatesOf(own)).policies);
      }
    }),
  );
});
