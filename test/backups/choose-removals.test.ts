import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseRemovals, chooseRewrites } from '../../engine/backups/choose-removals.ts';
import type { BackupRecord } from '../../engine/state/index.ts';

const now = new Date('2026-03-31T12:00:00Z');
const daySeconds = 24 * 60 * 60;

/** A backup so many days old; the higher its number, the newer it is. */
const backup = (n: number, changes: Partial<BackupRecord> = {}, daysOld = 100 - n): BackupRecord => ({
  id: `b${n}`,
  n,
  placeId: 'place',
  environment: 'test',
  releaseId: null,
  seq: n,
  version: null,
  manifestDigest: '',
  parent: null,
  indexDigest: '',
  bodies: 1,
  bytes: 1,
  createdAt: now,
  ageSeconds: daysOld * daySeconds,
  verifiedAt: now,
  provenSecondsAgo: 0,
  ...changes,
});

const keepAll = { keepLast: 10, maxAgeDays: undefined, neededIds: [] };
const idsOf = (records: readonly BackupRecord[]): readonly string[] => records.map(({ id }) => id);

describe('which backups go', () => {
  const five = [1, 2, 3, 4, 5].map((n) => backup(n));

  test('none while there are no more than are kept', () => {
    expect(chooseRemovals(five, { ...keepAll, keepLast: 5 })).toEqual([]);
  });

  test('all but the newest, in whatever order they come', () => {
    const shuffled = [five[3], five[0], five[4], five[2], five[1]].filter((record) => record !== undefined);
    expect(idsOf(chooseRemovals(shuffled, { ...keepAll, keepLast: 2 }))).toEqual(['b3', 'b2', 'b1']);
  });

  test('with an age, only those that are older', () => {
    const policy = { ...keepAll, keepLast: 1, maxAgeDays: 97 };
    expect(idsOf(chooseRemovals(five, policy))).toEqual(['b2', 'b1']);
  });

  test('never one that a release needs', () => {
    const policy = { ...keepAll, keepLast: 1, neededIds: ['b2'] };
    expect(idsOf(chooseRemovals(five, policy))).toEqual(['b4', 'b3', 'b1']);
  });

  test('never the newest one that was proven, however many newer ones are not', () => {
    const records = [backup(1), backup(2), backup(3, { verifiedAt: null }), backup(4, { verifiedAt: null })];
    expect(idsOf(chooseRemovals(records, { ...keepAll, keepLast: 1 }))).toEqual(['b3', 'b1']);
    expect(idsOf(chooseRemovals(records, { ...keepAll, keepLast: 0 }))).toEqual(['b4', 'b3', 'b1']);
  });

  test('whatever the policy, what must stay stays and the rest goes', () => {
    const records = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.boolean()), {
      selector: ([n]) => n,
      maxLength: 20,
    });
    const policies = fc.record({
      keepLast: fc.nat(8),
      maxAgeDays: fc.option(fc.nat(120), { nil: undefined }),
      neededIds: fc.array(fc.integer({ min: 1, max: 99 }).map((n) => `b${n}`)),
    });
    fc.assert(
      fc.property(records, policies, (shape, policy) => {
        const all = shape.map(([n, proven]) => backup(n, { verifiedAt: proven ? now : null }));
        const gone = new Set(chooseRemovals(all, policy));
        const newestFirst = [...all].sort((a, b) => b.n - a.n);
        const proven = newestFirst.find(({ verifiedAt }) => verifiedAt !== null);
        for (const [place, record] of newestFirst.entries()) {
          const young = policy.maxAgeDays !== undefined && 100 - record.n <= policy.maxAgeDays;
          const stays = place < policy.keepLast || young || record === proven || policy.neededIds.includes(record.id);
          // Where none is proven, any may be the only one that can be restored.
          expect(gone.has(record)).toBe(!stays && proven !== undefined);
        }
      }),
    );
  });
});

test('those that stay and continue one that goes must stand alone first', () => {
  const first = backup(1);
  const second = backup(2, { parent: 'b1' });
  const third = backup(3, { parent: 'b2' });
  const branch = backup(4, { parent: 'b2' });
  const last = backup(5, { parent: 'b4' });
  const all = [last, branch, third, second, first];
  expect(chooseRewrites(all, [])).toEqual([]);
  expect(idsOf(chooseRewrites(all, [first]))).toEqual(['b2']);
  expect(idsOf(chooseRewrites(all, [first, second]))).toEqual(['b4', 'b3']);
  expect(idsOf(chooseRewrites(all, [first, second, third, branch]))).toEqual(['b5']);
});
