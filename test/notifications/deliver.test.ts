import { beforeEach, describe, expect, test } from 'vitest';
import { refuse } from '../../engine/diagnostics/index.ts';
import { type Delivery, deliver, type Patience } from '../../engine/notifications/index.ts';
import { sampleOf } from '../../engine/notifications/samples.ts';
import { createProviderHost, type Notice } from '../../engine/provider/index.ts';
import { enqueue, listOutbox, openState, type Sink, type State } from '../../engine/state/index.ts';
import { createRedactor, type JsonObject, Secret } from '../../engine/values/index.ts';
import { freshDatabase, openForTests, testSystem } from '../support/servers.ts';

interface Sending {
  readonly to: string;
  readonly notice: Notice;
}

/** Somebody who is told, and does with it what the test says. */
const createWorld = (env: Readonly<Record<string, string>> = {}) => {
  const sent: Sending[] = [];
  const world = {
    sent,
    /** May throw what a notifier throws. */
    take: (_: Sending): void | Promise<void> => undefined,
    surroundings: {
      system: testSystem({ env: (name) => env[name] }),
      redactor: createRedactor(),
      host: createProviderHost({
        fake: () =>
          Promise.resolve({
            name: 'fake',
            notifier: ({ options }) => ({
              label: String(options.to),
              compose: () => [],
              send: async ({ notice }) => {
                const sending = { to: String(options.to), notice };
                sent.push(sending);
                await world.take(sending);
                return { remark: undefined };
              },
            }),
          }),
      }),
    },
  };
  return world;
};

const patience: Patience = { timeoutMs: 1000, retries: 0, firstWaitMs: 0, signal: new AbortController().signal };

const sinkTo = (to: string, more: JsonObject = {}): Sink => ({ provider: 'fake', options: { to, ...more } });

let state: State;
beforeEach(async () => {
  state = await openState(await openForTests({ kind: 'server', url: new Secret(await freshDatabase()) }), 'm3forge');
});

/** Tells of a version to each of these places, in that order; the versions are numbered. */
const tellOf = async (...sinks: readonly Sink[]): Promise<void> => {
  const messages = sinks.map((sink, index) => ({
    ...{ id: testSystem().ids.uuid(), target: null, sink },
    happening: { event: 'version_deprecated', version: `v1.${index}.0`, reason: 'r', by: 'alice' } as const,
  }));
  await state.transaction((transaction) => enqueue(transaction, messages));
};

type World = ReturnType<typeof createWorld>;

const run = (world: World, changes: Partial<Parameters<typeof deliver>[1]> = {}): Promise<readonly Delivery[]> =>
  deliver(world.surroundings, { state, project: 'x', all: false, ...patience, ...changes });

const titles = ({ sent }: World, to: string): readonly string[] =>
  sent.filter((one) => one.to === to).map(({ notice }) => notice.title.replace(' was deprecated', ''));

const unreachable = (): never => {
  throw refuse('notifier-unreachable', { detail: 'Nobody answers.', hint: 'Wait.' });
};

test('everything goes to its place, in the order in which it happened', async () => {
  await tellOf(sinkTo('chat'), sinkTo('mail'), sinkTo('chat'));
  const world = createWorld();
  const deliveries = await run(world);
  expect(titles(world, 'chat')).toEqual(['v1.0.0', 'v1.2.0']);
  expect(titles(world, 'mail')).toEqual(['v1.1.0']);
  expect(deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
  expect(await run(world)).toEqual([]);
  expect(world.sent).toHaveLength(3);
});

test('whoever cannot be reached keeps nobody else waiting, and is told in order later', async () => {
  await tellOf(sinkTo('dead'), sinkTo('alive'), sinkTo('dead'), sinkTo('alive'));
  const world = createWorld();
  world.take = ({ to }) => (to === 'dead' ? unreachable() : undefined);
  const deliveries = await run(world);
  expect(titles(world, 'alive')).toEqual(['v1.1.0', 'v1.3.0']);
  // The second would only wait as long as the first.
  expect(titles(world, 'dead')).toEqual(['v1.0.0']);
  expect(deliveries.find(({ label }) => label === 'dead')).toMatchObject({
    ...{ outcome: 'waiting', problem: 'Nobody answers.', hint: 'Wait.', type: 'version.deprecated' },
  });
  world.take = () => undefined;
  // The second of them was never tried, so the place is due.
  await run(world);
  expect(titles(world, 'dead')).toEqual(['v1.0.0', 'v1.0.0', 'v1.2.0']);
  expect(new Set(world.sent.filter(({ to }) => to === 'dead').map(({ notice }) => notice.id)).size).toBe(2);
  expect(await listOutbox(state)).toEqual([]);
});

test('a message that is refused for itself holds up none of the others', async () => {
  await tellOf(sinkTo('chat'), sinkTo('chat'));
  const world = createWorld();
  world.take = ({ notice }) => {
    if (notice.title.startsWith('v1.0.0')) throw refuse('notifier-message-refused', { detail: 'Too odd.' });
  };
  expect((await run(world)).map(({ outcome }) => outcome)).toEqual(['waiting', 'delivered']);
  expect(await run(world)).toEqual([]);
  expect(await run(world, { all: true })).toMatchObject([{ outcome: 'waiting', problem: 'Too odd.' }]);
});

describe('a hiccup', () => {
  test('is tried again at once', async () => {
    await tellOf(sinkTo('chat'));
    const world = createWorld();
    world.take = () => (world.sent.length < 3 ? unreachable() : undefined);
    expect(await run(world, { retries: 2 })).toMatchObject([{ outcome: 'delivered' }]);
    expect(new Set(world.sent.map(({ notice }) => notice.id)).size).toBe(1);
    expect(world.sent).toHaveLength(3);
  });

  test('is none where a secret is not taken', async () => {
    await tellOf(sinkTo('chat'));
    const world = createWorld();
    world.take = () => {
      throw refuse('notifier-denied', { detail: 'Who are you?' });
    };
    expect(await run(world, { retries: 2 })).toMatchObject([{ outcome: 'waiting', problem: 'Who are you?' }]);
    expect(world.sent).toHaveLength(1);
  });
});

test('nobody is waited for longer than there is time, and what was not sent waits', async () => {
  await tellOf(sinkTo('slow'), sinkTo('slow'));
  const world = createWorld();
  const over = new AbortController();
  world.take = () => {
    over.abort();
    unreachable();
  };
  expect(await run(world, { retries: 5, firstWaitMs: 60_000, signal: over.signal })).toMatchObject([
    { outcome: 'waiting', problem: 'Nobody answers.' },
  ]);
  expect(world.sent).toHaveLength(1);
  expect(await listOutbox(state)).toHaveLength(2);
});

test('what takes a variable that is not set here waits for where it is, and is no attempt', async () => {
  await tellOf(sinkTo(`\${env.CHAT}`, { key: `\${KEY}-\${env.CHAT}` }), sinkTo('mail'));
  const world = createWorld();
  const [one, other] = await run(world);
  expect(one).toMatchObject({
    ...{ outcome: 'waiting', provider: 'fake', label: 'fake' },
    problem: 'The environment variables CHAT, KEY are not set here.',
  });
  expect(other).toMatchObject({ outcome: 'delivered' });
  const [waiting] = await listOutbox(state);
  expect(waiting).toMatchObject({ attempts: 0, problem: 'The environment variables CHAT, KEY are not set here.' });

  const there = createWorld({ CHAT: 'hunter2-chat', KEY: 'hunter2-key' });
  expect(await run(there)).toMatchObject([{ outcome: 'delivered', label: 'hunter2-chat' }]);
  expect(there.surroundings.redactor.redact('hunter2-key-hunter2-chat')).toBe('***');
  expect(JSON.stringify(await listOutbox(state, { delivered: true }))).not.toContain('hunter2');
});

test('what is added while somebody sends is sent as well', async () => {
  await tellOf(sinkTo('chat'));
  const world = createWorld();
  let added = false;
  world.take = async () => {
    if (!added) await tellOf(sinkTo('chat'));
    added = true;
  };
  expect(await run(world)).toHaveLength(2);
});

test('a bug of a notifier is one, and loses nothing', async () => {
  await tellOf(sinkTo('chat'));
  const world = createWorld();
  world.take = () => {
    throw new RangeError('a bug');
  };
  await expect(run(world)).rejects.toThrow('a bug');
  expect(await listOutbox(state)).toMatchObject([{ attempts: 0 }]);
});

test('who is killed between sending and recording has it sent again, under the same id', async () => {
  await tellOf(sinkTo('chat'));
  const world = createWorld();
  const cut = { ...state, execute: () => Promise.reject(new Error('killed')) };
  await expect(run(world, { state: cut })).rejects.toThrow('killed');
  expect(await run(world)).toMatchObject([{ outcome: 'delivered' }]);
  expect(world.sent).toHaveLength(2);
  expect(new Set(world.sent.map(({ notice }) => notice.id)).size).toBe(1);
});

test('a sample of each event can be told', async () => {
  const sampled = { target: 'production', environment: 'production', by: 'alice' };
  await state.transaction((transaction) =>
    enqueue(transaction, [
      {
        id: testSystem().ids.uuid(),
        target: 'production',
        sink: sinkTo('chat'),
        happening: sampleOf('drift', sampled),
      },
    ]),
  );
  const world = createWorld();
  expect(await run(world)).toMatchObject([{ type: 'target.drift', target: 'production', outcome: 'delivered' }]);
  expect(world.sent[0]?.notice).toMatchObject({ project: 'x', type: 'target.drift' });
});
