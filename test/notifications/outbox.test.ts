import { describe, expect, test } from 'vitest';
import { sampleOf } from '../../engine/notifications/samples.ts';
import {
  digestOfSink,
  enqueue,
  forgetSent,
  listOutbox,
  nextMessage,
  openState,
  recordAttempt,
  recordDelivered,
  type Sink,
  type State,
  tryAgain,
  waitingSinks,
  whileSendingTo,
} from '../../engine/state/index.ts';
import { bothDatabases, openForTests, testSystem } from '../support/servers.ts';

const sinkTo = (name: string): Sink => ({ provider: 'webhook', options: { url: `https://${name}.example` } });
const chat = digestOfSink(sinkTo('chat'));

const started = sampleOf('started', { target: 'production', environment: 'production', by: 'alice' });

/** Messages to these places, in one transaction; returns their ids. */
const tellAll = async (state: State, ...names: readonly string[]): Promise<readonly string[]> => {
  const messages = names.map((name) => ({
    ...{ id: testSystem().ids.uuid(), target: 'production', sink: sinkTo(name), happening: started },
  }));
  await state.transaction((transaction) => enqueue(transaction, messages));
  return messages.map(({ id }) => id);
};

const failed = { problem: 'nobody answers', refused: false, waitSeconds: 3600, longestSeconds: 259_200 };

const due = async (state: State): Promise<number> => (await waitingSinks(state, { all: false })).length;

describe.each(bothDatabases)('the outbox ($kind)', ({ location }) => {
  const open = async (): Promise<State> => openState(await openForTests(await location()), 'm3forge');

  test('holds what was told exactly where what it tells was done', async () => {
    const state = await open();
    const undone = state.transaction(async (transaction) => {
      await enqueue(transaction, [
        { id: testSystem().ids.uuid(), target: null, sink: sinkTo('chat'), happening: started },
      ]);
      throw new Error('it was not done');
    });
    await expect(undone).rejects.toThrow('it was not done');
    expect(await listOutbox(state)).toEqual([]);
    const [id] = await tellAll(state, 'chat');
    expect(await listOutbox(state)).toMatchObject([
      { id, target: 'production', sink: sinkTo('chat'), happening: started, attempts: 0, problem: null },
    ]);
  });

  test('gives what waits for a place in the order in which it happened', async () => {
    const state = await open();
    const [first, , third] = await tellAll(state, 'chat', 'mail', 'chat');
    expect(await waitingSinks(state, { all: false })).toHaveLength(2);
    const one = await nextMessage(state, chat, { all: false });
    expect(one?.id).toBe(first);
    expect((await nextMessage(state, chat, { all: false, after: one?.id }))?.id).toBe(third);
    await recordDelivered(state, first ?? '');
    expect((await nextMessage(state, chat, { all: false }))?.id).toBe(third);
    await recordDelivered(state, third ?? '');
    expect(await nextMessage(state, chat, { all: true })).toBeUndefined();
    expect(await listOutbox(state, { delivered: true })).toHaveLength(3);
    expect((await listOutbox(state)).map(({ sink }) => sink)).toEqual([sinkTo('mail')]);
  });

  test('lets a failed attempt wait, unless something newer goes there or all is asked for', async () => {
    const state = await open();
    const [first] = await tellAll(state, 'chat');
    expect(await recordAttempt(state, first ?? '', failed)).toBe(false);
    expect(await due(state)).toBe(0);
    expect(await waitingSinks(state, { all: true })).toHaveLength(1);
    expect(await listOutbox(state)).toMatchObject([{ attempts: 1, problem: 'nobody answers' }]);
    await tellAll(state, 'chat');
    expect(await due(state)).toBe(1);
    // The newer one does not overtake it.
    expect((await nextMessage(state, chat, { all: false }))?.id).toBe(first);
  });

  test('lets what was refused for itself hold up nothing else', async () => {
    const state = await open();
    const [first, second] = await tellAll(state, 'chat', 'chat');
    await recordAttempt(state, first ?? '', { ...failed, refused: true });
    expect((await nextMessage(state, chat, { all: false }))?.id).toBe(second);
    expect((await nextMessage(state, chat, { all: true }))?.id).toBe(first);
  });

  test('gives up what happened too long ago, tries it once more where that is asked for, and forgets it in the end', async () => {
    const state = await open();
    const [id = ''] = await tellAll(state, 'chat');
    await state.execute(`update :schema.outbox set at = at - interval '4 days'`);
    expect(await recordAttempt(state, id, failed)).toBe(true);
    expect(await waitingSinks(state, { all: true })).toEqual([]);
    expect((await listOutbox(state))[0]?.givenUpAt).toBeInstanceOf(Date);
    expect(await tryAgain(state, ['elsewhere'])).toBe(0);
    expect(await tryAgain(state)).toBe(1);
    expect(await due(state)).toBe(1);
    expect(await recordAttempt(state, id, failed)).toBe(true);
    await forgetSent(state, 90);
    expect(await listOutbox(state)).toHaveLength(1);
    await state.execute(`update :schema.outbox set given_up_at = now() - interval '91 days'`);
    await forgetSent(state, 90);
    expect(await listOutbox(state)).toEqual([]);
  });

  test('of one target is asked for by its name', async () => {
    const state = await open();
    await tellAll(state, 'chat');
    for (const [targets, found] of [
      [['production'], 1],
      [['elsewhere'], 0],
    ] as const) {
      expect(await waitingSinks(state, { all: true, targets })).toHaveLength(found);
      expect(await listOutbox(state, { targets })).toHaveLength(found);
    }
  });
});

test('two processes do not send to one place at once, and a third place is not concerned', async () => {
  const [server] = bothDatabases;
  const location = await server?.location();
  if (!location) throw new Error('there is no server');
  const [one, other] = [await openForTests(location), await openForTests(location)];
  const [mine, theirs] = [await openState(one, 'm3forge'), await openState(other, 'm3forge')];
  const seen = await whileSendingTo(mine, chat, async () => [
    await whileSendingTo(theirs, chat, () => Promise.resolve('in')),
    await whileSendingTo(theirs, digestOfSink(sinkTo('mail')), () => Promise.resolve('in')),
  ]);
  expect(seen).toEqual([undefined, 'in']);
  expect(await whileSendingTo(theirs, chat, () => Promise.resolve('in'))).toBe('in');
});
