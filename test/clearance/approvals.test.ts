import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Asked, faultOfApprover, standingOf } from '../../engine/clearance/index.ts';
import type { Vote } from '../../engine/state/index.ts';
import type { Digest } from '../../engine/values/index.ts';

const people = ['alice', 'bob', 'carol', 'dave'];
const digest = 'a'.repeat(64) as Digest;
const other = 'b'.repeat(64) as Digest;

const asked: fc.Arbitrary<Asked> = fc.record({
  approvals: fc.integer({ min: 1, max: 3 }),
  approval: fc.record({
    allowed_approvers: fc.option(fc.subarray(people)),
    separation_of_duties: fc.constantFrom('requester' as const, 'off' as const),
    timeout_hours: fc.constant(null),
    rejects_when_due: fc.boolean(),
  }),
  digest: fc.constant(digest),
  requestedBy: fc.constantFrom(...people),
  authority: fc.constant({ members: undefined }),
  grounds: fc.constant([]),
});

const votes: fc.Arbitrary<readonly Vote[]> = fc.array(
  fc.record({
    releaseId: fc.constant('r'),
    by: fc.constantFrom(...people, 'mallory'),
    decision: fc.constantFrom('approved' as const, 'rejected' as const),
    comment: fc.constant(null),
    planDigest: fc.constantFrom(digest, other),
    at: fc.constant(new Date(0)),
  }),
);

test('only the word of different people who may approve counts, and only about exactly this plan', () => {
  fc.assert(
    fc.property(asked, votes, (what, said) => {
      const { given, missing, mayApprove } = standingOf(what, said);
      expect(new Set(given).size).toBe(given.length);
      for (const by of given) {
        expect(faultOfApprover(by, what)).toBeUndefined();
        expect(said).toContainEqual(expect.objectContaining({ by, decision: 'approved', planDigest: digest }));
      }
      expect(missing).toBe(Math.max(0, what.approvals - given.length));
      for (const by of mayApprove ?? []) expect(given).not.toContain(by);
    }),
  );
});

test('another word of somebody who has spoken changes nothing', () => {
  fc.assert(
    fc.property(asked, votes, (what, said) => {
      expect(standingOf(what, [...said, ...said])).toEqual(standingOf(what, said));
    }),
  );
});

test('one byte of the digest voids every approval', () => {
  fc.assert(
    fc.property(asked, votes, fc.nat(63), (what, said, at) => {
      const moved = `${digest.slice(0, at)}0${digest.slice(at + 1)}` as Digest;
      expect(standingOf({ ...what, digest: moved }, said).given).toEqual([]);
    }),
  );
});
