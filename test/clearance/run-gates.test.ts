import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gatesFor, runGates } from '../../engine/clearance/gates/run-gates.ts';
import { failedGates } from '../../engine/clearance/index.ts';
import type { GatesFile } from '../../engine/config/file-gates.ts';
import { gatesOf, requiredGates } from '../../engine/config/gates.ts';
import { problem, refuse, warning } from '../../engine/diagnostics/index.ts';
import { testSystem } from '../support/servers.ts';
import { gateInput } from './input.ts';

const told = async (...given: Parameters<typeof gateInput>): Promise<readonly string[]> =>
  (await runGates(gateInput(...given), async () => undefined)).map(
    ({ result }) => `${result.gate}: ${result.verdict}: ${String(result.evidence.summary)}`,
  );

const broken = problem('workflow-reference-unknown', { detail: 'It leads nowhere.', address: 'workflow.a' });
const cycle = problem('workflow-cycle', { detail: 'A waits for itself.', address: 'workflow.a' });
const dropped = warning('workflow-field-ignored', { detail: 'It is dropped.', address: 'workflow.a' });

describe('gates', () => {
  test('judge what was found in the version, each what is its own', async () => {
    expect(await told({}, { findings: [] })).toEqual([
      'validation: pass: 0 errors, 0 warnings',
      'references: pass: every reference to a node leads to one',
    ]);
    expect(await told({}, { findings: [broken, dropped] })).toEqual([
      'validation: warn: 0 errors, 1 warning',
      'references: fail: 1 reference to nodes that do not exist',
    ]);
    const strict = { validation: { fail_on_warnings: true, check_jsonpath: false, check_dag_cycles: false } };
    expect(await told({}, { findings: [broken, cycle, dropped], gates: strict })).toEqual([
      'validation: fail: 0 errors, 1 warning',
    ]);
    expect(await told({}, { findings: [cycle], gates: { validation: { enabled: false } } })).toEqual([]);
  });

  test('record how near a limit was', async () => {
    const deleting = gateInput({ artifacts: { 'workflow.a': {}, 'workflow.b': {} } }).section;
    const section = {
      ...deleting,
      changes: deleting.changes.map((change) => ({ ...change, actions: ['delete' as const], after_digest: null })),
    };
    const limit = async (maxDeletes: number, allow: boolean) =>
      (await told({}, { section: { ...section, allow_deletes: allow }, maxDeletes })).at(-1);
    expect(await limit(5, false)).toBe('limits: pass: 2 deletes, and 5 are allowed');
    expect(await limit(1, false)).toBe('limits: fail: 2 deletes, and 1 are allowed');
    expect(await limit(1, true)).toBe('limits: warn: 2 deletes, and 1 are allowed; --allow-deletes was given');
  });

  test('start no command once one of them has failed, and say so', async () => {
    const gates: GatesFile = {
      policies: [{ name: 'never', expression: 'false' }],
      tests: { unit_tests: { run: 'touch it-ran' } },
    };
    expect(await told({}, { gates })).toEqual([
      'validation: pass: 0 errors, 0 warnings',
      'references: pass: every reference to a node leads to one',
      'policy never: fail: it does not hold: false',
      'unit_tests: skipped: "policy never" did not pass',
    ]);
  });

  test('are cut short by an interruption, and have not passed then', async () => {
    const stop = new AbortController();
    const system = testSystem({ interrupted: stop.signal });
    const gates = { tests: { unit_tests: { run: 'kill -STOP $$' }, integration_tests: { run: 'true' } } };
    const input = gateInput({}, { gates, system });
    const judged = await runGates(input, async ({ result }) => {
      // The next one is started, and never ends by itself.
      if (result.gate === 'references') setImmediate(() => stop.abort());
    });
    expect(judged.slice(2).map(({ result }) => [result.gate, result.verdict, result.evidence.interrupted])).toEqual([
      ['unit_tests', 'fail', true],
      ['integration_tests', 'skipped', true],
    ]);
    const why = failedGates(
      input.section,
      judged.map(({ result }) => result),
    );
    expect(why.map(({ code }) => code)).toEqual(['release-interrupted']);
  });

  test('that lack what they need have not passed', async () => {
    const gates = { security: { enabled: true } };
    const broke = gateInput({ artifacts: { 'workflow.a': {} } }, { gates });
    const input = {
      ...broke,
      passedBefore: () => Promise.reject(refuse('source-unreadable', { detail: 'The repository is gone.' })),
    };
    const judged = await runGates(input, async () => undefined);
    expect(judged.at(-1)?.result).toMatchObject({
      gate: 'secrets',
      verdict: 'fail',
      evidence: { summary: 'The repository is gone' },
    });
  });

  test('keep twenty findings as evidence, and no secret', async () => {
    const findings = Array.from({ length: 30 }, (_, n) => problem('workflow-cycle', { detail: `hush ${n}` }));
    const input = gateInput({}, { findings, redact: (text) => text.replaceAll('hush', '***') });
    const [validation] = await runGates(input, async () => undefined);
    expect(validation?.findings).toHaveLength(30);
    expect(validation?.result.evidence).toMatchObject({ errors: 30 });
    expect(validation?.result.evidence.findings).toHaveLength(20);
    expect(JSON.stringify(validation)).not.toContain('hush');
  });

  test('are none for what goes back', async () => {
    const rollback = { ...gateInput().section, kind: 'rollback' as const };
    expect(await told({}, { section: rollback, findings: [cycle] })).toEqual([]);
  });
});

test('a plan asks for exactly the gates that are judged, but for those that go with another', () => {
  const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const testFile = fc.record({ run: fc.constant('x') });
  const files = fc.record({
    validation: some(fc.record({ enabled: fc.boolean(), check_node_registry: fc.boolean() })),
    security: some(fc.record({ enabled: fc.boolean(), reports: fc.subarray([{ sarif: 'a' }, { sarif: 'b' }]) })),
    tests: some(
      fc.record({
        unit_tests: some(testFile),
        regression_tests: some(testFile),
        performance_tests: some(fc.constantFrom({ max_error_rate: 1 }, { run: 'x', report: 'y', max_error_rate: 1 })),
      }),
    ),
    policies: fc.subarray([
      { name: 'a', expression: 'true' },
      { name: 'b', expression: 'true' },
    ]),
  });
  fc.assert(
    fc.property(files, (file) => {
      const gates = gatesOf(file as GatesFile);
      const names = gatesFor({ gates, deployment: {} as never }).map(({ name }) => name);
      expect([...requiredGates(gates)].sort()).toEqual(names.filter((name) => name !== 'references').sort());
      expect(new Set(names).size).toBe(names.length);
    }),
  );
});

test('a section that asks for a gate that was not judged is not let through', () => {
  const section = { ...gateInput().section, gates: ['validation', 'unit_tests'] };
  const passed = { gate: 'validation', verdict: 'pass', passed: true, durationMs: 1, evidence: {} } as const;
  expect(failedGates(section, [passed])).toMatchObject([
    { code: 'gate-failed', detail: 'The gate "unit_tests" has not run.' },
  ]);
  expect(failedGates({ ...section, gates: ['validation'] }, [passed])).toEqual([]);
});
