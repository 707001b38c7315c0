import { expect, test } from 'vitest';
import { openDatabase } from '../../engine/database/index.ts';
import {
  claimRelease,
  createRelease,
  endUnstarted,
  letWait,
  lockReleases,
  openState,
  recordVote,
  releaseById,
  type State,
} from '../../engine/state/index.ts';
import { type Digest, Secret } from '../../engine/values/index.ts';
import { freshDatabase, testSystem } from '../support/servers.ts';

const digest = 'd'.repeat(64) as Digest;
const racers = 20;
const rounds = 1000;

const openRacers = async (): Promise<readonly State[]> => {
  const url = new Secret(await freshDatabase());
  const open = async (): Promise<State> =>
    openState(await openDatabase({ kind: 'server', url }, testSystem(), { lockTimeoutMs: 0 }), 'm3forge');
  const first = await open();
  return [first, ...(await Promise.all(Array.from({ length: racers - 1 }, open)))];
};

const waitingRelease = async (state: State): Promise<string> => {
  const id = crypto.randomUUID();
  await createRelease(state, {
    ...{ id, target: 'production', environment: 'production', placeId: null, kind: 'configuration' },
    ...{ version: '', fromVersion: null, fromSeq: 0, planId: crypto.randomUUID(), planDigest: digest, section: {} },
    ...{ scope: { targets: [], all: false }, onFailure: 'rollback', requestedBy: 'alice', reason: null },
  });
  await letWait(state, id, { hours: null, rejectsWhenDue: false });
  return id;
};

/** One of the things that people and processes do to a release that waits; true where this one ended its waiting. */
const move = async (state: State, id: string, n: number): Promise<'began' | 'ended' | 'voted' | 'late'> =>
  state.transaction(async (transaction) => {
    const [release] = await lockReleases(transaction, [id]);
    if (release?.state !== 'waiting') return 'late';
    if (n % 4 === 1) {
      await recordVote(transaction, {
        ...{ releaseId: id, by: `approver ${n % 8}`, decision: 'approved', comment: null, planDigest: digest },
      });
      return 'voted';
    }
    if (n % 4 === 2) {
      const failure = { step: 'approval', code: 'rejected', message: 'no' };
      return (await endUnstarted(transaction, id, { state: 'rejected', failure })) ? 'ended' : 'late';
    }
    return (await claimRelease(transaction, id, { leaseId: null, fence: null })) ? 'began' : 'late';
  });

test(`of ${racers} who begin, reject and approve a release at once exactly one has it, ${rounds} times`, async () => {
  const states = await openRacers();
  try {
    const [first] = states;
    if (!first) throw new Error('nobody races');
    for (let round = 0; round < rounds; round += 1) {
      const id = await waitingRelease(first);
      const moves = await Promise.all(states.map((state, n) => move(state, id, n + round)));
      const won = moves.filter((one) => one === 'began' || one === 'ended');
      expect(won, `round ${round}: ${moves.join(' ')}`).toHaveLength(1);
      const release = await releaseById(first, id);
      expect(release?.state).toBe(won[0] === 'began' ? 'in_progress' : 'rejected');
      expect(release?.startedAt === null).toBe(won[0] === 'ended');
    }
  } finally {
    await Promise.all(states.map(({ database }) => database.close()));
  }
});
