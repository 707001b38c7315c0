import { expect, test } from 'vitest';
import { problem, Refusal } from '../../engine/diagnostics/index.ts';
import type { OpenGateway } from '../../engine/gateways/index.ts';
import { runInvocation } from '../../engine/gateways/invocation.ts';
import type { Gateway, Progress } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

const document = JSON.parse(workflowFile('w'));

const order = { workflow: 'w', document, version: 'v1', queue: 'q', input: {}, reference: 'r', timeoutMs: 60_000 };

/** A gateway whose planner is code, and whose jobs are seen as a test says, one look after the other. */
const gatewayOf = (looks: readonly Progress[], more: Partial<Gateway> = {}): OpenGateway => {
  let look = 0;
  const gateway = {
    planner: () => Promise.resolve({ name: 'w', version: '1', source: 'code', definition: undefined }),
    submit: () => Promise.resolve('run'),
    progress: () => Promise.resolve(looks[Math.min(look++, looks.length - 1)]),
    ...more,
  } as Gateway;
  return {
    id: 'g',
    gateway,
    url: '',
    token: undefined,
    verifyTls: true,
    drained: false,
    publish: false,
    reload: undefined,
  };
};

/** Pauses pass at once, and time with them; the end of all questions comes when `late` does. */
const systemOf = (late: Promise<void> = new Promise(() => undefined)): System => {
  const system = testSystem();
  let now = 0;
  const sleep = (ms: number): Promise<void> => {
    if (ms > order.timeoutMs) return late;
    now += ms;
    return Promise.resolve();
  };
  return { ...system, clock: { ...system.clock, sleep, monotonicMs: () => now } };
};

const open = { open: 1, failed: 0, completed: 0 };
const unreadable = { open: 0, failed: 0, completed: undefined };

test('a list of completed jobs that nobody can read leaves open what became of a run, and takes nothing back', async () => {
  const verdict = await runInvocation(systemOf(), gatewayOf([open, unreadable, unreadable]), order);
  expect(verdict).toEqual({
    verdict: 'unattributed',
    detail: 'run run neither waits nor failed, and the list of completed jobs is too long to be read',
    byGateway: true,
  });
});

test('a run that was not seen yet is waited for', async () => {
  let looks = 0;
  const gateway = gatewayOf([], { progress: () => Promise.resolve(++looks < 9 ? unreadable : { ...open, failed: 1 }) });
  expect(await runInvocation(systemOf(), gateway, order)).toMatchObject({ verdict: 'failed' });
  expect(await runInvocation(systemOf(), gatewayOf([unreadable]), order)).toMatchObject({ verdict: 'unattributed' });
});

test('all questions together end with the time of the test, whatever a gateway keeps to itself', async () => {
  const late = Promise.withResolvers<void>();
  const hanging = gatewayOf([], {
    progress: (_run, signal) => {
      late.resolve();
      return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(refuse())));
    },
  });
  const refuse = (): Error => new Refusal([problem('http-interrupted', { detail: 'interrupted' })]);
  expect(await runInvocation(systemOf(late.promise), hanging, order)).toEqual({
    verdict: 'failed',
    detail: 'the gateway did not answer within 60 s',
    byGateway: true,
  });
});
