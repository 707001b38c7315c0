import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ApprovalsConfig, noApprovals } from '../../engine/config/index.ts';
import { stricterApprovals } from '../../engine/plan/strict-rules.ts';

const people = ['alice', 'bob', 'carol', 'dave', 'erin'];

/** Rules as the configuration lets them be: there are enough people for what is asked. */
const approvals: fc.Arbitrary<ApprovalsConfig> = fc
  .record({
    min: fc.nat(3),
    allowedApprovers: fc.option(fc.subarray(people, { minLength: 3 }), { nil: undefined }),
    timeoutHours: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }),
    rejectsWhenDue: fc.boolean(),
    forRollback: fc.boolean(),
    separation: fc.constantFrom('requester' as const, 'off' as const),
  })
  .map(({ allowedApprovers, timeoutHours, ...rest }) =>
    rest.min === 0
      ? noApprovals
      : {
          ...rest,
          ...(allowedApprovers && { allowedApprovers }),
          ...(timeoutHours !== undefined && { timeoutHours }),
        },
  );

test('what is held is never looser than what is recorded, and can always be met', () => {
  fc.assert(
    fc.property(approvals, approvals, (own, recorded) => {
      const held = stricterApprovals(own, recorded);
      expect(held.min).toBeGreaterThanOrEqual(recorded.min);
      if (recorded.min === 0) return;
      const among = recorded.allowedApprovers ?? people;
      for (const name of held.allowedApprovers ?? people) expect(among).toContain(name);
      if (held.allowedApprovers) expect(held.allowedApprovers.length).toBeGreaterThanOrEqual(held.min);
      expect(held.timeoutHours ?? Infinity).toBeLessThanOrEqual(recorded.timeoutHours ?? Infinity);
      expect(held.rejectsWhenDue || !recorded.rejectsWhenDue).toBe(true);
      expect(held.forRollback || !recorded.forRollback).toBe(true);
      expect(held.separation === 'requester' || recorded.separation === 'off').toBe(true);
    }),
  );
});

test('the file may ask for more at once, and for less never', () => {
  fc.assert(
    fc.property(approvals, approvals, (own, recorded) => {
      const held = stricterApprovals(own, recorded);
      // Among few people there are not more approvals to be had than people.
      expect(held.min).toBeGreaterThanOrEqual(Math.min(own.min, held.allowedApprovers?.length ?? own.min));
      expect(held.timeoutHours ?? Infinity).toBeLessThanOrEqual(own.timeoutHours ?? Infinity);
      expect(stricterApprovals(recorded, recorded)).toEqual(recorded);
      expect(stricterApprovals(held, recorded)).toEqual(held);
    }),
  );
});

test('whoever is named in the place of all the others may approve from the next release on', () => {
  const recorded: ApprovalsConfig = { ...noApprovals, min: 1, allowedApprovers: ['alice', 'bob'] };
  const own: ApprovalsConfig = { ...noApprovals, min: 1, allowedApprovers: ['mallory'] };
  expect(stricterApprovals(own, recorded).allowedApprovers).toEqual(['alice', 'bob']);
  const fewer: ApprovalsConfig = { ...noApprovals, min: 1, allowedApprovers: ['bob', 'mallory'] };
  expect(stricterApprovals(fewer, recorded).allowedApprovers).toEqual(['bob']);
});
