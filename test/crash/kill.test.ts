import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FailpointName } from '../../engine/system/index.ts';
import { prepareProject, runCommand } from '../support/scenario.ts';

const select = '--target development';

const started = async (arrangement: 'embedded' | 'schemas'): Promise<string> => {
  const directory = await prepareProject({ project: 'invoices' }, arrangement);
  expect(await runCommand(`m3forge apply ${select} --version v1.0.0 --yes`, directory)).toMatchObject({ exit: 0 });
  return directory;
};

const active = async (directory: string): Promise<string | undefined> => {
  const { output } = await runCommand(`m3forge status ${select} --json 2>/dev/null`, directory);
  return JSON.parse(output)[0].version;
};

const kill = async (directory: string, point: FailpointName): Promise<void> => {
  const died = await runCommand(`m3forge apply ${select} --version v1.1.0 --yes`, directory, {
    M3FORGE_FAILPOINTS: `${point}=kill9`,
  });
  // 137: killed by signal 9, as the shell says it.
  expect([point, died.exit]).toEqual([point, 137]);
};

const expectRecovered = async (directory: string, version: string): Promise<void> => {
  expect(await runCommand('m3forge recover', directory)).toMatchObject({ exit: 0 });
  expect(await active(directory)).toBe(version);
  const once = await runCommand('m3forge history --json 2>/dev/null', directory);
  const states = JSON.parse(once.output).map(({ state }: { state: string }) => state);
  expect(states.filter((state: string) => ['in_progress', 'verifying', 'rolling_back'].includes(state))).toEqual([]);
  // Recovering twice is recovering once.
  expect(await runCommand('m3forge recover', directory)).toMatchObject({ exit: 0 });
  expect((await runCommand('m3forge history --json 2>/dev/null', directory)).output).toBe(once.output);
};

// That it leaves everything in order at each point, on both databases, is shown in test/chaos; here is what people see.
describe('a release that is killed', () => {
  test.each(['return-before-commit', 'return-after-commit', 'before-return-recorded'] as const)(
    'at %s of the way back finishes going back, and the version stays avoided',
    async (point) => {
      const directory = await started('schemas');
      const failing = `sed -i 's/version: ^1.0 }/version: ^1.0, smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }] }/' m3forge.yaml`;
      await runCommand(failing, directory);
      expect(readFileSync(join(directory, 'm3forge.yaml'), 'utf8')).toContain('smoke_tests');
      await kill(directory, point);
      await expectRecovered(directory, 'v1.0.0');
      expect((await runCommand('m3forge hold list', directory)).output).toContain('v1.1.0');
    },
  );
});

test('a first release that is killed while its place is made leaves nothing in the way', async () => {
  const directory = await prepareProject({ project: 'invoices' }, 'schemas');
  const killed = await runCommand(`m3forge apply ${select} --version v1.0.0 --yes`, directory, {
    M3FORGE_FAILPOINTS: 'after-place-created=kill9',
  });
  expect(killed.exit).toBe(137);
  expect(await runCommand(`m3forge apply ${select} --version v1.0.0 --yes`, directory)).toMatchObject({ exit: 0 });
  expect(await active(directory)).toBe('v1.0.0');
});

test('what a crash left is said by whoever looks, and a plan that saw it does not hold', async () => {
  const directory = await started('schemas');
  await kill(directory, 'after-verifying-recorded');
  const planned = await runCommand(
    `m3forge plan ${select} --version v1.1.0 --detailed-exitcode --out plan.json`,
    directory,
  );
  expect(planned).toMatchObject({ exit: 2, output: expect.stringContaining('release-unfinished') });
  expect((await runCommand('m3forge status', directory)).output).toContain('m3forge recover');
  expect(await runCommand('m3forge apply plan.json', directory)).toMatchObject({
    exit: 5,
    output: expect.stringContaining('plan-stale'),
  });
  expect(await active(directory)).toBe('v1.0.0');
});

test('pruning undoes first what a crash left', async () => {
  const directory = await started('schemas');
  await kill(directory, 'after-verifying-recorded');
  expect(await runCommand(`m3forge backup prune ${select}`, directory)).toMatchObject({ exit: 0 });
  expect(await active(directory)).toBe('v1.0.0');
});

test('a holder that was stopped past its lease and is woken writes nothing', async () => {
  const directory = await started('schemas');
  const stopped = spawn('/bin/bash', ['-c', `exec m3forge apply ${select} --version v1.1.0 --yes`], {
    cwd: directory,
    env: {
      PATH: `${directory}:${process.env.PATH ?? ''}`,
      HOME: directory,
      CI: '1',
      M3FORGE_FAILPOINTS: 'after-lease=stop',
    },
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => stopped.on('close', resolve));
  const isStopped = (): boolean =>
    / T \(stopped\)/.test(readFileSync(`/proc/${stopped.pid}/status`, 'utf8').replaceAll('\t', ' '));
  await expect.poll(isStopped, { timeout: 20_000 }).toBe(true);
  await runCommand(`sql "update m3forge.place set lease_heartbeat = now() - interval '1 hour'"`, directory);
  expect(await runCommand(`m3forge apply ${select} --version v1.2.0 --yes`, directory)).toMatchObject({ exit: 0 });
  stopped.kill('SIGCONT');
  expect(await ended).not.toBe(0);
  expect(await active(directory)).toBe('v1.2.0');
  expect(await runCommand(`m3forge plan ${select} --version v1.2.0 --detailed-exitcode`, directory)).toMatchObject({
    exit: 0,
  });
});
