import { describe, expect, test } from 'vitest';
import { decideRecovery, type LeftRelease, type RecoveryDecision } from '../../engine/apply/decide-recovery.ts';
import type { ActivationRecord, MarkerRecord, ReleaseTraces } from '../../engine/provider/index.ts';

const marker = { seq: 2 } as MarkerRecord;
const activate = { kind: 'activate' } as ActivationRecord;
const goBack = { kind: 'return' } as ActivationRecord;

const traces: Readonly<Record<string, ReleaseTraces>> = {
  nothing: { marker: undefined, activations: [] },
  written: { marker, activations: [] },
  activated: { marker, activations: [activate] },
  returned: { marker, activations: [activate, goBack] },
};

const failure = { step: 'verify', code: 'smoke-test-failed', message: 'it failed' };
/** How far a release can have come, by what is recorded. */
const stages: Readonly<Record<string, Pick<LeftRelease, 'state' | 'failure'>>> = {
  begun: { state: 'in_progress', failure: null },
  verifying: { state: 'verifying', failure: null },
  judged: { state: 'verifying', failure },
  'going back': { state: 'rolling_back', failure },
};

const kinds = ['release', 'rollback', 'restore'] as const;
const all = kinds.flatMap((kind) =>
  Object.entries(stages).flatMap(([stage, recorded]) =>
    (['rollback', 'keep'] as const).flatMap((onFailure) =>
      [false, true].map((isWayBackDrifted) => ({ stage, kind, onFailure, isWayBackDrifted, ...recorded })),
    ),
  ),
);

const decide = (release: LeftRelease, seen: string): RecoveryDecision['action'] => {
  const found = traces[seen];
  if (!found) throw new Error(`there are no traces "${seen}"`);
  return decideRecovery(release, found).action;
};

describe('whatever else is recorded', () => {
  test.each(['nothing', 'written'])('where %s is in the place, the release failed', (seen) => {
    expect(new Set(all.map((release) => decide(release, seen)))).toEqual(new Set(['fail']));
  });

  test('where the pointer had gone back, only the record is missing', () => {
    expect(new Set(all.map((release) => decide(release, 'returned')))).toEqual(new Set(['record-return']));
  });
});

/** On an activated release: kind, stage → what follows for `rollback`, for `keep`, for `rollback` where rows had drifted. */
test.each([
  ['release', 'begun', 'return', 'keep', 'keep'],
  ['release', 'verifying', 'return', 'keep', 'keep'],
  ['release', 'judged', 'return', 'keep', 'keep'],
  ['release', 'going back', 'return', 'keep', 'keep'],
  ['restore', 'begun', 'return', 'keep', 'keep'],
  ['restore', 'verifying', 'return', 'keep', 'keep'],
  ['restore', 'judged', 'return', 'keep', 'keep'],
  ['restore', 'going back', 'return', 'keep', 'keep'],
  ['rollback', 'begun', 'complete', 'complete', 'complete'],
  ['rollback', 'verifying', 'complete', 'complete', 'complete'],
  ['rollback', 'judged', 'return', 'keep', 'keep'],
  ['rollback', 'going back', 'return', 'keep', 'keep'],
])(
  'a %s that was %s and active: %s, or %s where that was asked, or %s where rows had drifted',
  (kind, stage, ...ends) => {
    const found = (onFailure: string, drifted: boolean): LeftRelease => {
      const one = all.find(
        (release) =>
          release.kind === kind &&
          release.stage === stage &&
          release.onFailure === onFailure &&
          release.isWayBackDrifted === drifted,
      );
      if (!one) throw new Error('there is no such release');
      return one;
    };
    expect(
      [found('rollback', false), found('keep', false), found('rollback', true)].map((one) => decide(one, 'activated')),
    ).toEqual(ends);
    expect(decide(found('keep', true), 'activated')).toBe(ends[1]);
  },
);
