import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { ReleaseEvent } from '../../engine/apply/index.ts';
import { createOutput } from '../../engine/cli/output.ts';
import { createListProgress } from '../../engine/cli/progress/list.ts';
import { createPlainProgress } from '../../engine/cli/progress/plain.ts';
import { openEventStream } from '../../engine/cli/progress/stream.ts';
import { problem } from '../../engine/diagnostics/index.ts';
import { createRedactor, Secret } from '../../engine/values/index.ts';
import { testSystem } from '../support/servers.ts';
import { documentOf, staging } from './sample-plan.ts';

const events: readonly ReleaseEvent[] = [
  { type: 'gate_result', result: { gate: 'validation', verdict: 'pass', passed: true, durationMs: 2.5, evidence: {} } },
  { type: 'step_start', step: 'backup', title: 'Back up what is active' },
  { type: 'backup_created', backupId: 'b1', detail: '2 bodies' },
  { type: 'step_complete', step: 'backup', outcome: 'done', detail: '2 bodies', durationMs: 1234.5 },
  { type: 'step_start', step: 'verify', title: 'Verify' },
  { type: 'activation', seq: 5, version: 'v1.3.0' },
  { type: 'verification', check: 'ping', passed: false, detail: 'status 500 \u001b[2J' },
  { type: 'step_complete', step: 'verify', outcome: 'failed', detail: 'a smoke test failed', durationMs: 99 },
  { type: 'rollback_start', reason: 'a smoke test failed' },
  { type: 'rollback_complete', version: null },
  { type: 'log', level: 'warn', message: 'something to know' },
];

test('in CI each event is a line', () => {
  const lines: string[] = [];
  const progress = createPlainProgress(
    (line) => lines.push(line),
    () => undefined,
  );
  for (const event of events) progress.report('staging', event);
  expect(lines).toEqual([
    'staging: Gate validation: passed',
    'staging: Back up what is active …',
    'staging: Back up what is active: done: 2 bodies (1.2 s)',
    'staging: Verify …',
    'staging: Check ping: failed: status 500 \\u{001b}[2J',
    'staging: Verify: failed: a smoke test failed (0.1 s)',
    'staging: Going back: a smoke test failed',
    'staging: Back at nothing active',
    'staging: something to know',
  ]);
});

test('for programs each event is an object, after the version and before the end', () => {
  const lines: Record<string, unknown>[] = [];
  const { clock } = testSystem();
  const now = () => new Date('2026-11-20T19:42:43.000Z');
  const stream = openEventStream((line) => lines.push(line as Record<string, unknown>), { ...clock, now }, '1.2.3');
  stream.plan(documentOf([staging]));
  for (const event of events) stream.report('staging', event);
  stream.note('interrupted');
  stream.diagnostics([problem('release-failed', { detail: 'It failed.' })]);
  const ended = { section: staging, outcome: 'failed', releaseId: 'r1', active: 'v1.2.0' } as const;
  stream.complete({ sections: [ended], configuration: null }, 8);
  stream.recovered([], 0);

  expect(lines.map(({ type }) => type)).toEqual([
    ...['version', ...Array<string>(5).fill('planned_change'), 'change_summary'],
    ...events.map(({ type }) => type),
    ...['log', 'diagnostic', 'apply_complete', 'recover_complete'],
  ]);
  for (const line of lines) {
    expect(Object.keys(line).slice(0, 4)).toEqual(['@timestamp', '@level', '@message', 'type']);
    expect(line['@timestamp']).toBe('2026-11-20T19:42:43.000Z');
    expect(['info', 'warn', 'error']).toContain(line['@level']);
  }
  const of = (type: string) => lines.find((line) => line.type === type);
  expect(of('step_complete')).toMatchObject({ target: 'staging', step: 'backup', outcome: 'done', duration_ms: 1235 });
  expect(of('gate_result')).toMatchObject({ gate: 'validation', passed: true, duration_ms: 3 });
  expect(of('verification')).toMatchObject({ '@level': 'error', check: 'ping', passed: false });
  expect(of('backup_created')).toMatchObject({ backup_id: 'b1' });
  expect(of('change_summary')).toMatchObject({ changes: { create: 2, update: 2, delete: 1 }, to: 'v1.3.0' });
  expect(of('diagnostic')).toMatchObject({ '@level': 'error', diagnostic: { code: 'release-failed' } });
  expect(of('apply_complete')).toMatchObject({ exit_code: 8, sections: [{ release: 'r1', outcome: 'failed' }] });
});

test('on a terminal each step ends with its outcome, and no secret is drawn', async () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  const redactor = createRedactor();
  redactor.add(new Secret('smoke'));
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  const output = createOutput(terminal, redactor, { env: () => undefined, noColor: false, quiet: false });
  expect(output.lively).toBe(true);
  const progress = createListProgress(stderr, output);
  for (const event of events) progress.report('staging', event);
  progress.note('interrupted');
  await progress.end();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes that move the cursor and colour a text.
  const drawn = String(stderr.read()).replaceAll(/\u001b\[[?\d;]*[a-zA-Z]/g, '');
  expect(drawn).toContain('✔ staging: Back up what is active: 2 bodies');
  expect(drawn).toContain('✖ staging: Verify: a *** test failed');
  expect(drawn).toContain('Going back: a *** test failed');
  expect(drawn).toContain('interrupted');
  expect(drawn).not.toContain('smoke');
});

test('a step that never ended leaves the terminal as it was found', async () => {
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 0 });
  const terminal = { stdin: new PassThrough(), stdout: new PassThrough(), stderr };
  const output = createOutput(terminal, createRedactor(), { env: () => undefined, noColor: false, quiet: false });
  const progress = createListProgress(stderr, output);
  progress.report('staging', { type: 'step_start', step: 'write', title: 'Write the new sequence' });
  await progress.end();
  const drawn = String(stderr.read());
  expect(drawn).toContain('not ended');
  expect(drawn.lastIndexOf('\u001b[?25h')).toBeGreaterThan(drawn.lastIndexOf('\u001b[?25l'));
});
