import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gatesOf } from '../../engine/config/gates.ts';
import { noApprovals, type TargetConfig, type TargetRules } from '../../engine/config/index.ts';
import { loosenings } from '../../engine/plan/loosening.ts';
import { holdToRecorded, stricter } from '../../engine/plan/strict-rules.ts';
import type { JsonObject } from '../../engine/values/index.ts';

const noGates = gatesOf({});

const rules: fc.Arbitrary<TargetRules> = fc.record({
  enabled: fc.boolean(),
  deployment: fc
    .record({
      timeoutSeconds: fc.integer({ min: 1, max: 100 }),
      requireBackup: fc.boolean(),
      runSmokeTests: fc.boolean(),
      acceptUnattributed: fc.boolean(),
      maxDeletes: fc.option(fc.nat(9), { nil: undefined }),
      onFailure: fc.constantFrom('rollback' as const, 'keep' as const),
    })
    .map(({ maxDeletes, ...rest }) => ({ ...rest, ...(maxDeletes !== undefined && { maxDeletes }) })),
  gates: fc.record({
    validation: fc.record({
      enabled: fc.boolean(),
      failOnWarnings: fc.boolean(),
      checkDagCycles: fc.boolean(),
      checkNodeSchemas: fc.boolean(),
      checkJsonpath: fc.boolean(),
      checkNodeRegistry: fc.boolean(),
    }),
    // The other gates have a page of their own: strict-gates.test.ts.
    ...{ security: fc.constant(noGates.security), tests: fc.constant([]), performance: fc.constant([]) },
    policies: fc.constant([]),
  }),
  // Approvals have a page of their own.
  approvals: fc.constant(noApprovals),
  schedule: fc.constant(undefined),
  triggers: fc.constant(undefined),
  windows: fc.constant([]),
  promotions: fc.constant([]),
  smokeTests: fc
    .subarray([
      { name: 'a', kind: 'run' as const, command: 'x', timeoutSeconds: 60 },
      { name: 'a', kind: 'run' as const, command: 'y', timeoutSeconds: 60 },
      { name: 'b', kind: 'run' as const, command: 'z', timeoutSeconds: 60 },
    ])
    .filter((tests) => new Set(tests.map(({ name }) => name)).size === tests.length),
});

/** Rules in the words of a recorded body; the tests that are not run are none. */
const bodyOf = ({ enabled, deployment, gates, smokeTests }: TargetRules): JsonObject => ({
  enabled,
  deployment: {
    timeout_seconds: deployment.timeoutSeconds,
    require_backup: deployment.requireBackup,
    run_smoke_tests: deployment.runSmokeTests,
    max_deletes: deployment.maxDeletes ?? null,
    accept_unattributed: deployment.acceptUnattributed,
    on_failure: deployment.onFailure,
  },
  gates: {
    validation: {
      enabled: gates.validation.enabled,
      fail_on_warnings: gates.validation.failOnWarnings,
      check_dag_cycles: gates.validation.checkDagCycles,
      check_node_schemas: gates.validation.checkNodeSchemas,
      check_jsonpath: gates.validation.checkJsonpath,
      check_node_registry: gates.validation.checkNodeRegistry,
    },
  },
  smoke_tests: deployment.runSmokeTests
    ? smokeTests.map((one) => ({
        name: one.name,
        timeout_seconds: one.timeoutSeconds,
        ...(one.kind === 'run' && { run: one.command }),
      }))
    : [],
});

const withoutTests = (body: JsonObject): JsonObject => ({ ...body, smoke_tests: [] });

test('the stricter of two is no looser than either, and of one and itself that one', () => {
  fc.assert(
    fc.property(rules, rules, (own, recorded) => {
      const held = stricter(own, recorded);
      for (const side of [own, recorded]) {
        expect(loosenings('target.x', withoutTests(bodyOf(side)), withoutTests(bodyOf(held)))).toEqual([]);
        const wanted = side.deployment.runSmokeTests ? side.smokeTests : [];
        const commands = held.smokeTests.map((one) => one.kind === 'run' && one.command);
        for (const one of wanted) expect(commands).toContain(one.kind === 'run' && one.command);
      }
      expect(new Set(held.smokeTests.map(({ name }) => name)).size).toBe(held.smokeTests.length);
      if (own.deployment.runSmokeTests) expect(stricter(own, own)).toEqual(own);
    }),
  );
});

test('a target is held to its own record, and in a new place to everybody who has released there', () => {
  const lax: TargetRules = {
    enabled: true,
    deployment: {
      timeoutSeconds: 60,
      requireBackup: false,
      runSmokeTests: false,
      acceptUnattributed: true,
      onFailure: 'keep',
    },
    gates: {
      ...noGates,
      validation: {
        enabled: false,
        failOnWarnings: false,
        checkDagCycles: false,
        checkNodeSchemas: false,
        checkJsonpath: false,
        checkNodeRegistry: false,
      },
    },
    approvals: noApprovals,
    schedule: undefined,
    triggers: undefined,
    windows: [],
    promotions: [],
    smokeTests: [],
  };
  const target = { name: 'x', environment: 'e', ...lax } as TargetConfig;
  const alone = { covers: new Set(['x']), type: 'development' as const };
  const recordedAs = (address: string, placeId: string | null, maxDeletes: number) => ({
    address,
    placeId,
    digest: '',
    body: { environment: 'e', ...bodyOf({ ...lax, deployment: { ...lax.deployment, maxDeletes } }) },
  });
  const most = (placeId: string | undefined, records: readonly ReturnType<typeof recordedAs>[]) =>
    holdToRecorded(target, bodyOf(lax), placeId, records, alone).target.deployment.maxDeletes;
  const [own, other] = [recordedAs('target.x', 'p', 7), recordedAs('target.y', 'p', 3)];
  const elsewhere = recordedAs('target.z', 'q', 1);
  expect(most('p', [own, other, elsewhere])).toBe(7);
  expect(most('p', [other, elsewhere])).toBe(3);
  expect(most('q', [own, other, elsewhere])).toBe(1);
  expect(most('p', [recordedAs('target.x', null, 7), other])).toBe(3);
  expect(most('r', [other, elsewhere])).toBeUndefined();
  expect(holdToRecorded(target, bodyOf(lax), 'r', [other], alone).isFirst).toBe(true);
  expect(holdToRecorded(target, bodyOf(lax), 'p', [own], alone).isFirst).toBe(false);

  // Where another was first it settles with a plan that covers both, or has settled before.
  const settles = (records: readonly ReturnType<typeof recordedAs>[], covers: readonly string[]) =>
    holdToRecorded(target, bodyOf(lax), 'p', records, { ...alone, covers: new Set(covers) }).settles;
  expect(settles([], ['x'])).toBe(true);
  expect(settles([other], ['x'])).toBe(false);
  expect(settles([other, elsewhere], ['x', 'y'])).toBe(true);
  expect(settles([own, other], ['x'])).toBe(true);

  const environment = (type: string) => ({ address: 'environment.e', placeId: null, digest: '', body: { type } });
  const bound = (type: string) => holdToRecorded(target, bodyOf(lax), 'p', [own, environment(type)], alone);
  expect(bound('staging').target.deployment.maxDeletes).toBe(7);
  expect(bound('development')).toMatchObject({ held: [], isFirst: false });
  expect(bound('development').target.deployment.maxDeletes).toBeUndefined();
  // The file says development; what is recorded is stricter.
  expect(['staging', 'production', 'development'].map((type) => bound(type).environmentType)).toEqual([
    'staging',
    'production',
    'development',
  ]);
});
