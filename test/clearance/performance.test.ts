import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MeasuredRun } from '../../engine/clearance/gates/gate.ts';
import { p95Of, performanceGate } from '../../engine/clearance/gates/performance.ts';
import type { PerformanceGateConfig } from '../../engine/config/index.ts';
import { gateInput, said } from './input.ts';

const gate = (more: Partial<PerformanceGateConfig>) =>
  performanceGate({ name: 'performance_tests', minRuns: 1, timeoutSeconds: 60, ...more });

const run = (durationMs: number, verdict: MeasuredRun['verdict'] = 'passed'): MeasuredRun => ({
  ...{ test: 'extract at one', kind: 'invoke', verdict, durationMs, target: 'staging' },
});

const recorded = (runs: readonly MeasuredRun[]) => gateInput({}, { runs: async () => runs });

describe('limits on how a version answers', () => {
  test('are judged by how its smoke tests ran elsewhere', async () => {
    const runs = [...Array.from({ length: 19 }, (_, n) => run(100 + n)), run(9000)];
    expect(await said(gate({ maxP95LatencyMs: 118 }), recorded(runs))).toBe(
      'pass: p95 118 ms, limit 118 ms; 20 runs; at staging',
    );
    expect(await said(gate({ maxP95LatencyMs: 117 }), recorded(runs))).toMatch(/^fail: p95 118 ms, limit 117 ms/);
    const failing = [run(100), run(9000, 'failed'), run(100), run(100)];
    expect(await said(gate({ maxErrorRate: 25, maxP95LatencyMs: 100 }), recorded(failing))).toBe(
      'pass: p95 100 ms, limit 100 ms; error rate 25 %, limit 25 %; 4 runs; at staging',
    );
    expect(await said(gate({ maxErrorRate: 24.9 }), recorded(failing))).toMatch(/^fail: error rate 25 %/);
  });

  test('are not met where nothing was measured, or too little, or nothing that is known to be of the version', async () => {
    const limits = { maxErrorRate: 1, maxP95LatencyMs: 1000 };
    expect(await said(gate(limits), recorded([]))).toBe(
      'fail: 0 runs measured, at least 1 needed; v1.0.0 ran no smoke test anywhere',
    );
    expect(await said(gate(limits), recorded([run(1, 'unattributed')]))).toMatch(/^fail: 0 runs measured/);
    expect(await said(gate({ ...limits, minRuns: 3 }), recorded([run(1), run(1)]))).toMatch(/at least 3 needed/);
    expect(await said(gate({ maxP95LatencyMs: 1000 }), recorded([run(1, 'failed')]))).toMatch(/^fail: p95 not known/);
  });

  test('are judged by a command that measures', async () => {
    const report = 'load.xml';
    const measure = (cases: string, exit = 0) => ({
      command: `printf '%s' '<testsuite>${cases}</testsuite>' > load.xml; exit ${exit}`,
      report,
      maxP95LatencyMs: 1500,
    });
    const quick = '<testcase name="a" time="1.2"/><testcase name="b" time="0.4"/>';
    expect(await said(gate(measure(quick)), gateInput())).toBe('pass: p95 1200 ms, limit 1500 ms; 2 runs');
    const slow = '<testcase name="a" time="1.6"/>';
    expect(await said(gate(measure(slow)), gateInput())).toMatch(/^fail: p95 1600 ms/);
    const timeless = '<testcase name="a"/>';
    expect(await said(gate(measure(timeless)), gateInput())).toBe('fail: its report does not say how long "a" took');
    expect(await said(gate(measure(quick, 2)), gateInput())).toMatch(/^fail: no run failed, and yet/);
    expect(await said(gate({ ...measure(quick), command: 'true' }), gateInput())).toBe(
      'fail: exit code 0; There is no file load.xml',
    );
  });
});

test('the p95 is one of the values, and at least 95 of 100 are no greater', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 1 }), (values) => {
      const p95 = p95Of(values) ?? -1;
      expect(values).toContain(p95);
      expect(values.filter((value) => value <= p95).length).toBeGreaterThanOrEqual(values.length * 0.95);
      expect(values.filter((value) => value < p95).length).toBeLessThan(values.length * 0.95);
    }),
  );
  expect(p95Of([])).toBeUndefined();
});
