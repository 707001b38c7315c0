import { expect, test } from 'vitest';
import { decideRecovery } from '../../engine/apply/decide-recovery.ts';
import type { ActivationRecord, MarkerRecord } from '../../engine/provider/index.ts';
import type { ReleaseRecord } from '../../engine/state/index.ts';

const release = { kind: 'release', state: 'in_progress' } as ReleaseRecord;
const marker = { seq: 2 } as MarkerRecord;
const activated = { kind: 'activate' } as ActivationRecord;
const returned = { kind: 'return' } as ActivationRecord;

test.each([
  ['nothing was written', release, { marker: undefined, activations: [] }, 'fail'],
  ['it was written and never activated', release, { marker, activations: [] }, 'fail'],
  ['it was activated and never verified', release, { marker, activations: [activated] }, 'return'],
  [
    'it was being verified',
    { ...release, state: 'verifying' as const },
    { marker, activations: [activated] },
    'return',
  ],
  [
    'it was on its way back',
    { ...release, state: 'rolling_back' as const },
    { marker, activations: [activated] },
    'return',
  ],
  [
    'it had gone back',
    { ...release, state: 'rolling_back' as const },
    { marker, activations: [activated, returned] },
    'record-return',
  ],
  [
    'a rollback had gone back',
    { ...release, kind: 'rollback' as const },
    { marker: undefined, activations: [activated] },
    'complete',
  ],
  [
    'a rollback had not begun',
    { ...release, kind: 'rollback' as const },
    { marker: undefined, activations: [] },
    'fail',
  ],
  [
    'a rollback had failed its verification',
    { ...release, kind: 'rollback' as const, state: 'rolling_back' as const },
    { marker: undefined, activations: [activated] },
    'return',
  ],
])('where %s', (_, record, traces, action) => {
  expect(decideRecovery(record, traces).action).toBe(action);
});
