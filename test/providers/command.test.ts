import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CheckOrder, CheckResult } from '../../engine/provider/index.ts';
import { createLog, realSystem } from '../../engine/system/index.ts';
import { command } from '../../providers/command/index.ts';

const system = realSystem(
  createLog('silent', () => undefined),
  new AbortController().signal,
);
let directory = '';

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'm3forge-command-')));
});
afterAll(() => rm(directory, { recursive: true }));

const run = async (line: string, order: Partial<CheckOrder> = {}): Promise<CheckResult> => {
  const check = command.check?.({ system });
  if (!check) throw new Error('the provider has no check');
  const signal = new AbortController().signal;
  const whole = {
    name: 'c',
    options: { run: line },
    timeoutMs: 30_000,
    directory,
    variables: {},
    redact: (text: string) => text,
    signal,
  };
  return check.run({ ...whole, ...order });
};

test('exit code 0 passes', async () => {
  expect(await run('echo fine')).toEqual({ passed: true, detail: 'exit code 0', output: 'fine\n' });
});

test('any other exit code does not', async () => {
  expect(await run('echo broken >&2; exit 3')).toEqual({ passed: false, detail: 'exit code 3', output: 'broken\n' });
});

test('both streams are shown in the order in which they were written', async () => {
  expect((await run('echo one; echo two >&2; echo three')).output).toBe('one\ntwo\nthree\n');
});

test('it runs in the given directory', async () => {
  expect((await run('pwd')).output).toBe(`${directory}\n`);
});

test('a directory that is not there is a result', async () => {
  const result = await run('true', { directory: join(directory, 'absent') });
  expect(result).toMatchObject({ passed: false, detail: 'could not be started: ENOENT' });
});

test('it sees PATH, HOME and the variables of the release, and nothing else of this process', async () => {
  process.env.M3FORGE_TEST_SECRET = 'hunter2';
  const { output } = await run('env', { variables: { M3FORGE_TARGET: 'staging' } });
  delete process.env.M3FORGE_TEST_SECRET;
  expect(output).toContain('M3FORGE_TARGET=staging');
  expect(output).toMatch(/^PATH=/m);
  expect(output).not.toContain('hunter2');
});

test('a command that hangs is killed with its children when its time is up', async () => {
  const result = await run('sleep 1000 & echo $! > child; wait', { timeoutMs: 1500 });
  expect(result).toMatchObject({ passed: false, detail: 'timed out after 1.5 s' });
  const child = Number(await readFile(join(directory, 'child'), 'utf8'));
  // A killed process stays visible until its parent has noticed, so its state counts too; and a signal that
  // was sent is one that arrives, but not at once.
  const state = () => readFile(`/proc/${child}/stat`, 'utf8').catch(() => 'gone');
  await expect.poll(state).toMatch(/^gone$|\) [XZ] /);
});

test('an interruption ends it', async () => {
  const interrupt = new AbortController();
  const running = run('sleep 1000', { signal: interrupt.signal });
  interrupt.abort();
  expect(await running).toMatchObject({ passed: false, detail: 'interrupted' });
  expect(await run('echo never', { signal: interrupt.signal })).toMatchObject({ detail: 'interrupted', output: '' });
});

test('a command that kills itself is a result', async () => {
  expect(await run('kill -9 $$')).toMatchObject({ passed: false, detail: 'killed by a signal' });
});

test('of a long output the end is kept', async () => {
  const { output } = await run('i=0; while [ $i -lt 9000 ]; do echo "line $i"; i=$((i+1)); done');
  expect(output.length).toBeLessThanOrEqual(64 * 1024 + 10);
  expect(output).toMatch(/^\[…\]\nline \d+\n/);
  expect(output.endsWith('line 8999\n')).toBe(true);
});
