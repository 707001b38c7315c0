import type { EventName } from '../config/index.ts';
import type { Happening, ReleaseFacts } from '../state/index.ts';

interface Sampled {
  readonly target: string;
  readonly environment: string;
  /** Who did it. */
  readonly by: string;
}

const release = '00000000-0000-4000-8000-000000000001';
const failure = { step: 'verify', code: 'smoke-test-failed', message: 'The smoke test "extract" failed: HTTP 500.' };

/** An event as it might happen to a target, to see how it is told. Pure. */
export const sampleOf = (event: EventName, { target, environment, by }: Sampled): Happening => {
  const of: ReleaseFacts = {
    ...{ release, kind: 'release', target, environment, version: 'v1.3.0', from: 'v1.2.0', by },
    reason: null,
  };
  const hold = { hold: '00000000-0000-4000-8000-000000000002', target, environment, reason: 'totals are wrong', by };
  const review = { review: release, target, environment, version: 'v1.3.0', gates: ['validation', 'tests'], by };
  switch (event) {
    case 'publish_planned': {
      const planned = { at: '2099-01-06T07:00:00.000Z', timezone: 'America/New_York', version: 'latest' };
      return { event, target, environment, ...planned, active: 'v1.2.0' };
    }
    case 'started':
    case 'succeeded':
      return { event, ...of };
    case 'failed':
    case 'rolled_back':
      return { event, ...of, failure, active: 'v1.2.0' };
    case 'rollback_failed':
      return { event, ...of, failure, active: 'v1.3.0' };
    case 'recovered': {
      const why = 'its process died before anything was activated';
      return { event, ...of, outcome: 'failed', why, active: 'v1.2.0', recovered_by: by };
    }
    case 'emergency_started':
      return {
        event,
        ...of,
        reason: 'invoices are lost',
        gates_skipped: ['validation', 'tests'],
        approvals_replaced: 2,
      };
    case 'review_opened':
      return { event, ...review };
    case 'review_closed':
      return { event, ...review, outcome: 'passed', closed_by: 'bob', comment: 'looked at everything' };
    case 'approval_requested':
      return { event, ...of, given: 0, needed: 2, approvers: ['alice', 'bob'], until: '2099-01-01T00:00:00.000Z' };
    case 'approved':
      return { event, ...of, given: 1, needed: 2, approver: 'alice', comment: 'looks right' };
    case 'rejected':
      return { event, ...of, approver: 'bob', comment: 'not before the audit' };
    case 'cancelled':
      return { event, ...of, canceller: by, why: 'not today' };
    case 'expired':
      return { event, ...of, given: 1, needed: 2 };
    case 'superseded':
      return { event, ...of, superseded_by: '00000000-0000-4000-8000-000000000003' };
    case 'hold_added':
      return { event, begins: null, until: null, ...hold };
    case 'hold_lifted':
      return { event, version: null, held_for: 'totals are wrong', ...hold, reason: 'the scanner was repaired' };
    case 'version_created':
      return {
        event,
        version: 'v1.3.0',
        commit: 'c0ffeec0ffeec0ffeec0ffeec0ffeec0ffeec0ff',
        base: 'v1.2.0',
        bump: 'minor',
        by,
      };
    case 'version_deprecated':
      return { event, version: 'v1.2.0', reason: 'rounds totals down', by };
    case 'drift':
      return { event, target, environment, version: 'v1.2.0', addresses: ['workflow.invoice-extraction'] };
  }
};
