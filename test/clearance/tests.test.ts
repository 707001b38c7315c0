import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { GateInput } from '../../engine/clearance/gates/gate.ts';
import { testGate } from '../../engine/clearance/gates/tests.ts';
import type { TestGateConfig } from '../../engine/config/index.ts';
import { codesIn, gateInput, said, shortOf } from './input.ts';

const gate = (command: string, more: Partial<TestGateConfig> = {}) =>
  testGate({ name: 'unit_tests', command, requiredPassRate: 100, timeoutSeconds: 60, ...more });

const tap = (...points: readonly string[]): string =>
  `printf '%s\\n' '1..${points.length}' ${points.map((point) => `'${point}'`).join(' ')}`;

const junit = (passed: number, failed: number): string => {
  const cases = [
    ...Array.from({ length: passed }, (_, n) => `<testcase name="good ${n}"/>`),
    ...Array.from({ length: failed }, (_, n) => `<testcase name="bad ${n}"><failure/></testcase>`),
  ];
  return `<testsuite>${cases.join('')}</testsuite>`;
};

/** A command that writes a report and ends with a code. */
const writing = (text: string, exit: number): string => `printf '%s' '${text}' > junit.xml; exit ${exit}`;

/** What is dead and still has to be taken note of by its parent runs nowhere. */
const isRunning = (pid: string): boolean =>
  existsSync(`/proc/${pid}/stat`) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('a gate of tests', () => {
  test('goes by the exit code where nothing else is there', async () => {
    expect(await said(gate('true'), gateInput())).toBe('pass: exit code 0');
    expect(await said(gate('echo no; exit 3'), gateInput())).toBe('fail: exit code 3');
    expect(await said(gate('no-such-program'), gateInput())).toBe('fail: exit code 127');
  });

  test('reads TAP from the standard output', async () => {
    expect(await said(gate(tap('ok 1 - a', 'ok 2 - b # SKIP')), gateInput())).toBe('pass: 1 of 1 test passed');
    const failing = gate(`${tap('ok 1 - a', 'not ok 2 - b')}; exit 1`);
    expect(await said(failing, gateInput())).toBe('fail: 1 of 2 tests passed: 50 %, and 100 % are required');
    expect(codesIn(await failing.run(gateInput()))).toEqual(['test/failed']);
  });

  test('holds a report to the pass rate, and the exit code to the report', async () => {
    const at = { report: 'junit.xml', requiredPassRate: 95 };
    expect(await said(gate(writing(junit(95, 5), 1), at), gateInput())).toBe(
      'warn: 95 of 100 tests passed: 95 %, and 95 % are enough',
    );
    expect(await said(gate(writing(junit(94, 6), 0), at), gateInput())).toMatch(/^fail: 94 of 100 tests passed: 94 %/);
    expect(await said(gate(writing(junit(1999, 1), 1), { report: 'junit.xml' }), gateInput())).toMatch(
      /^fail: 1999 of 2000 tests passed: 99\.9 %/,
    );
    expect(await said(gate(writing(junit(3, 0), 2), at), gateInput())).toBe(
      'fail: 3 of 3 tests passed, and yet its command ended with exit code 2',
    );
    expect(await said(gate(writing(junit(0, 0), 0), at), gateInput())).toBe('fail: no test ran');
  });

  test('does not go by a report that an earlier run left, or that is not there', async () => {
    const input = gateInput();
    writeFileSync(join(input.directory, 'junit.xml'), junit(3, 0));
    const at = { report: 'junit.xml' };
    expect(await said(gate('true', at), input)).toBe('fail: exit code 0; junit.xml is from an earlier run');
    expect(await said(gate('rm junit.xml', at), input)).toBe('fail: exit code 0; There is no file junit.xml');
    expect(await said(gate('echo hello > junit.xml', at), input)).toBe(
      'fail: exit code 0; junit.xml is neither JUnit XML nor TAP',
    );
    expect(await said(gate(writing(junit(3, 0), 0), at), input)).toBe('pass: 3 of 3 tests passed');
  });

  test('ends what takes too long, with all that it started', async () => {
    const input = gateInput();
    const alive = join(input.directory, 'alive');
    const command = `(sleep 30; touch ${alive}) & echo $! > pid; sleep 30`;
    expect(await said(gate(command, { timeoutSeconds: 0.5 }), input)).toBe('fail: timed out after 0.5 s');
    const pid = readFileSync(join(input.directory, 'pid'), 'utf8').trim();
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
    expect(existsSync(alive)).toBe(false);
  });

  test('tells a command what it tests, hands on nothing else, and shows no secret', async () => {
    const input = gateInput({}, { redact: (text) => text.replaceAll('s3cr3t', '***') });
    const outcome = await gate('env; echo s3cr3t; exit 1').run(input);
    expect(outcome.output).toContain('M3FORGE_TARGET=production');
    expect(outcome.output).toContain('M3FORGE_VERSION=v1.0.0');
    expect(outcome.output).toContain('M3FORGE_COMMIT=c0ffee');
    expect(outcome.output).toContain('***');
    expect(outcome.output).not.toContain('s3cr3t');
    expect(outcome.output).not.toContain('VITEST');
  });

  test('finds what passed in the baseline and does not now', async () => {
    const input = gateInput();
    writeFileSync(join(input.directory, 'before.xml'), junit(3, 1));
    const at = { report: 'junit.xml', baseline: 'before.xml', requiredPassRate: 0 };
    const outcome = await gate(writing(junit(2, 1), 1), at).run(input);
    expect(shortOf(outcome)).toBe('fail: 2 of 3 tests passed; 1 regression');
    expect(codesIn(outcome)).toEqual(['test/regression', 'test/failed']);
    expect(await said(gate(writing(junit(3, 1), 1), at), input)).toMatch(/^warn: 3 of 4/);
    expect(await said(gate('true', { baseline: 'before.xml' }), input)).toMatch(/^fail: there is no report/);
    expect(await said(gate(writing(junit(3, 0), 0), { ...at, baseline: 'gone.xml' }), input)).toBe(
      'fail: the baseline: There is no file gone.xml',
    );
  });

  test('warns where the working tree holds other artifacts than the version', async () => {
    const withTree = (digest: string | undefined): GateInput => gateInput({}, { workingTree: async () => digest });
    expect(await said(gate('true'), withTree('cd'.repeat(32)))).toBe(
      'warn: exit code 0; the working tree holds other artifacts than v1.0.0',
    );
    expect(await said(gate('true'), withTree('ab'.repeat(32)))).toBe('pass: exit code 0');
    expect(await said(gate('false'), withTree('cd'.repeat(32)))).toBe('fail: exit code 1');
  });
});
