import { describe, expect, test } from 'vitest';
import { decide, dueTime, mostAttempts } from '../../engine/release/index.ts';
import type { Occurrence, ReleaseRecord } from '../../engine/state/index.ts';

const hourMs = 3_600_000;
const at = new Date('2026-05-05T06:00:00Z');
const later = (hours: number): Date => new Date(at.getTime() + hours * hourMs);

const due = (more: Partial<Occurrence> = {}): Occurrence => ({
  ...{ target: 't', cause: 'schedule', key: at.toISOString(), dueAt: at, because: null, attempts: 0 },
  ...{ releaseId: null, note: null, outcome: null, settledAt: null },
  ...more,
});

const release = (state: ReleaseRecord['state'], code?: string): ReleaseRecord =>
  ({
    id: '3f2a91c0-0000-4000-8000-000000000000',
    state,
    endedAt: ['pending_gates', 'waiting', 'in_progress'].includes(state) ? null : at,
    failure: code === undefined ? null : { step: 's', code, message: 'm' },
  }) as ReleaseRecord;

const heldUp = release('cancelled', 'release-held');

const alone = { newer: false, now: at };
const begun = due({ attempts: 1, releaseId: '3f2a91c0-0000-4000-8000-000000000000' });

test.each<readonly [string, ReturnType<typeof decide>, object]>([
  ['is begun', decide(due(), undefined, alone), { action: 'begin' }],
  ['is begun late', decide(due(), undefined, { newer: false, now: later(6) }), { action: 'begin' }],
  ['is missed when it is too late', decide(due(), undefined, { newer: false, now: later(7) }), { outcome: 'missed' }],
  [
    'is begun however late where it is a version',
    decide(due({ cause: 'version' }), undefined, { newer: false, now: later(700) }),
    { action: 'begin' },
  ],
  ['gives way to a newer one', decide(due(), undefined, { newer: true, now: at }), { outcome: 'superseded' }],
  ['goes on where a worker died before it began', decide(begun, release('pending_gates'), alone), { action: 'begin' }],
  ['is left to wait', decide(begun, release('waiting'), alone), { action: 'leave' }],
  ['is left to whoever is at it', decide(begun, release('in_progress'), alone), { action: 'leave' }],
  ['is done', decide(begun, release('succeeded'), alone), { outcome: 'released' }],
  [
    'is done where it failed',
    decide(begun, release('rolled_back', 'smoke-test-failed'), alone),
    { outcome: 'released' },
  ],
  ['begins anew where its process died', decide(begun, release('failed', 'process-died'), alone), { action: 'begin' }],
  [
    'begins anew where its worker was stopped',
    decide(begun, release('rolled_back', 'release-interrupted'), alone),
    { action: 'begin' },
  ],
  [
    'is left for a moment where something kept it from beginning',
    decide(begun, heldUp, { newer: false, now: later(0.005) }),
    { action: 'leave' },
  ],
  ['is tried again after that', decide(begun, heldUp, { newer: false, now: later(0.01) }), { action: 'begin' }],
  [
    'is tried every six hours in the end',
    decide({ ...begun, cause: 'version', attempts: 40 }, heldUp, { newer: false, now: later(6) }),
    { action: 'begin' },
  ],
  [
    'is missed where it was kept from beginning for too long',
    decide(begun, heldUp, { newer: false, now: later(7) }),
    { outcome: 'missed', note: 'm' },
  ],
  [
    'gives way to a newer one where it was kept from beginning',
    decide(begun, heldUp, { newer: true, now: later(0.01) }),
    { outcome: 'superseded' },
  ],
  [
    'is done where somebody cancelled it',
    decide(begun, { ...heldUp, failure: { step: 'approval', code: 'cancelled', message: 'm' } }, alone),
    { outcome: 'released' },
  ],
  [
    'is given up in the end',
    decide({ ...begun, attempts: mostAttempts }, release('failed', 'process-died'), alone),
    { outcome: 'given_up' },
  ],
])('what is due %s', (_, decision, expected) => {
  expect(decision).toMatchObject(expected);
});

describe('the due time of a schedule', () => {
  const schedule = { cron: '0 6 * * *', timezone: 'UTC', announceMs: 0 };
  const since = later(-100);

  test('is the last one, once', () => {
    expect(dueTime(schedule, { since, last: undefined, now: later(1) })).toEqual({ at, isMissed: false });
    expect(dueTime(schedule, { since, last: at, now: later(1) })).toBeUndefined();
    // Of several that were missed, one.
    expect(dueTime(schedule, { since, last: later(-72), now: later(1) })).toEqual({ at, isMissed: false });
  });

  test('is none before somebody looked after it, and missed where that was too long ago', () => {
    expect(dueTime(schedule, { since: at, last: undefined, now: later(1) })).toBeUndefined();
    expect(dueTime(schedule, { since, last: undefined, now: later(7) })).toEqual({ at, isMissed: true });
  });
});
