import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loosenings } from '../../engine/plan/loosening.ts';
import type { JsonObject, JsonValue } from '../../engine/values/index.ts';

/** What a path of a body is before and after, and whether that lets more through. */
const cases: readonly (readonly [path: string, before: JsonValue, after: JsonValue])[] = [
  ['target.enabled', false, true],
  ['target.type', 'manual_approval', 'auto_deploy'],
  ['target.type', 'manual_approval', 'emergency'],
  ['target.type', 'emergency', 'auto_deploy'],
  ['target.deployment.max_deletes', 1, 2],
  ['target.deployment.max_deletes', 1, null],
  ['target.deployment.max_concurrent_deployments', 1, 5],
  ['target.deployment.require_backup', true, false],
  ['target.deployment.run_smoke_tests', true, false],
  ['target.deployment.accept_unattributed', false, true],
  ['target.deployment.on_failure', 'rollback', 'keep'],
  ['target.gates.validation.enabled', true, false],
  ['target.gates.validation.fail_on_warnings', true, false],
  ['target.gates.validation.check_jsonpath', true, false],
  ['target.gates.security', { enabled: true }, null],
  ['target.gates.tests.unit_tests', { required_pass_rate: 100 }, { required_pass_rate: 90 }],
  ['target.gates.tests.performance_tests', { max_error_rate: 1 }, { max_error_rate: 2 }],
  ['target.gates.policies', [{ name: 'p', expression: 'x' }], [{ name: 'p', expression: 'true' }]],
  ['target.smoke_tests', [{ name: 'a', run: 'x' }], []],
  ['target.smoke_tests', [{ name: 'a', run: 'x' }], [{ name: 'a', run: 'true' }]],
  ['target.approvals.min_approvals', 2, 1],
  ['target.approvals.min_approvals', 2, null],
  ['target.approvals.allowed_approvers', ['alice'], ['alice', 'dave']],
  ['target.approvals.allowed_approvers', ['alice'], null],
  ['target.approvals.timeout_hours', 24, 48],
  ['target.approvals.separation_of_duties', 'requester', 'off'],
  ['target.access.allowed_roles', ['admin'], ['admin', 'maintainer']],
  ['target.windows', [{ kind: 'deny', cron: '0 17 * * 5', duration: '63h' }], []],
  ['target.windows', [{ kind: 'allow', cron: '0 2 * * 2', duration: '2h' }], []],
  ['environment.type', 'production', 'staging'],
  ['environment.enabled', false, true],
  ['environment.require_approval', true, false],
  ['environment.access.require_mfa', true, false],
  ['environment.access.ip_allowlist', ['10.0.0.0/8'], ['10.0.0.0/8', '0.0.0.0/0']],
  ['gateway.verify_ssl', true, false],
  ['team.role', 'developer', 'admin'],
  ['backups.keep_last', 10, 1],
];

/** The body in which a value stands at a path; null leaves it out. */
const bodyWith = ([step, ...rest]: readonly string[], value: JsonValue): JsonObject => {
  if (step === undefined) throw new Error('a path without a step');
  if (rest.length > 0) return { [step]: bodyWith(rest, value) };
  return value === null ? {} : { [step]: value };
};

const judged = (path: string, before: JsonValue, after: JsonValue): readonly string[] => {
  const [kind = '', ...steps] = path.split('.');
  return loosenings(`${kind}.x`, bodyWith(steps, before), bodyWith(steps, after));
};

/** In these, the other direction lets something else through. */
const bothWays = new Set(['smoke_tests changed', 'type emergency']);
const nameOf = (path: string, before: JsonValue, after: JsonValue): string => {
  if ([before, after].includes('emergency')) return 'type emergency';
  return Array.isArray(before) && Array.isArray(after) && before.length === after.length ? 'smoke_tests changed' : path;
};

describe.each(cases)('%s: %j → %j', (path, before, after) => {
  test('is a loosening', () => {
    expect(judged(path, before, after)).toHaveLength(1);
  });
  test('and its reverse is none', () => {
    if (!bothWays.has(nameOf(path, before, after))) expect(judged(path, after, before)).toEqual([]);
  });
});

test('what stays is no loosening, and neither is what is new; with a target go its rules', () => {
  for (const [path, before] of cases) expect(judged(path, before, before)).toEqual([]);
  expect(loosenings('target.x', undefined, { enabled: true })).toEqual([]);
  expect(loosenings('target.x', { enabled: true }, undefined)).toEqual(['its rules go with it']);
  expect(loosenings('team.mallory', undefined, { role: 'viewer' })).toEqual(['one more member']);
  expect(loosenings('variable.X', { value: 'a' }, { value: 'b' })).toEqual([]);
});

test('a gateway that is drained or named no more is a loosening of whoever has it', () => {
  const before = { gateways: ['a', { id: 'b', weight: 0 }, 'c'] };
  expect(loosenings('environment.x', before, { gateways: ['c', 'a', { id: 'b', weight: 5 }] })).toEqual([]);
  expect(
    loosenings('target.x', before, {
      gateways: [
        { id: 'a', weight: 0 },
        { id: 'b', weight: 0 },
      ],
    }),
  ).toEqual(['gateways.a drained', 'gateways.c removed']);
  expect(loosenings('gateway.a', { weight: 5 }, { weight: 0 })).toEqual(['weight: 5 → 0']);
  expect(loosenings('gateway.a', { weight: 0 }, { weight: 5 })).toEqual([]);
});

const body = fc.record(
  {
    enabled: fc.boolean(),
    type: fc.constantFrom('auto_deploy', 'scheduled', 'manual_approval', 'emergency'),
    deployment: fc.record({
      max_deletes: fc.option(fc.nat(9)),
      require_backup: fc.boolean(),
      on_failure: fc.constantFrom('rollback', 'keep'),
    }),
    approvals: fc.record({
      min_approvals: fc.nat(3),
      allowed_approvers: fc.subarray(['alice', 'bob', 'carol']),
    }),
    windows: fc.subarray([
      { kind: 'deny', cron: '0 17 * * 5', duration: '63h' },
      { kind: 'allow', cron: '0 2 * * 2', duration: '2h' },
    ]),
    smoke_tests: fc.subarray([
      { name: 'a', run: 'x' },
      { name: 'b', run: 'y' },
    ] as const),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<JsonObject>;

test('two loosenings in a row are found in one step, unless the second takes the first back', () => {
  fc.assert(
    fc.property(body, body, body, (first, second, third) => {
      const all = loosenings('target.x', first, third);
      const [one, two] = [loosenings('target.x', first, second), loosenings('target.x', second, third)];
      // A way without any loosening leads nowhere that is looser.
      if (one.length === 0 && two.length === 0) expect(all).toEqual([]);
    }),
  );
});

test('why there is a window, and whom to ask, lets nothing through', () => {
  const window = { kind: 'deny', cron: '0 17 * * 5', duration: '63h', reason: 'weekend', owner: 'carol' };
  const after = [{ ...window, reason: 'week-end', owner: 'dave' }];
  expect(loosenings('target.x', { windows: [window] }, { windows: after })).toEqual([]);
  expect(loosenings('target.x', { windows: [window] }, { windows: [{ ...window, duration: '62h' }] })).toEqual([
    'windows: one that forbids is removed or changed',
  ]);
});

test('rules for change sets loosen where they release to one more target by themselves', () => {
  const rules = (...names: readonly string[]) => ({
    auto_changeset_rules: [{ label: 'hotfix', auto_deploy_to: names }],
  });
  expect(loosenings('changeset_rules', undefined, rules('production'))).toEqual(['auto_deploy_to: production more']);
  expect(loosenings('changeset_rules', rules('a'), rules('a', 'b'))).toEqual(['auto_deploy_to: b more']);
  expect(loosenings('changeset_rules', rules('a', 'b'), rules('a'))).toEqual([]);
  expect(loosenings('changeset_rules', rules('a'), undefined)).toEqual([]);
});
