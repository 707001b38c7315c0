import type { GateResult } from '../state/index.ts';

/** What happens while a release is carried out, told as it happens. */
export type ReleaseEvent =
  | { readonly type: 'step_start'; readonly step: StepName; readonly title: string }
  | {
      readonly type: 'step_complete';
      readonly step: StepName;
      readonly outcome: 'done' | 'failed';
      readonly detail: string;
      readonly durationMs: number;
    }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'gate_result'; readonly result: GateResult }
  | {
      readonly type: 'approval_required';
      readonly releaseId: string;
      readonly needed: number;
      readonly given: readonly string[];
      /** Null for anybody. */
      readonly mayApprove: readonly string[] | null;
    }
  | { readonly type: 'backup_created'; readonly backupId: string; readonly detail: string }
  | { readonly type: 'activation'; readonly seq: number; readonly version: string }
  | { readonly type: 'verification'; readonly check: string; readonly passed: boolean; readonly detail: string }
  | { readonly type: 'rollback_start'; readonly reason: string }
  | { readonly type: 'rollback_complete'; readonly version: string | null };

/** The steps of the protocol, in order; `return` is the automatic way back. */
export const stepTitles = {
  lease: 'Take the lease of the place',
  freshness: 'Check that the plan still holds',
  start: 'Record the start',
  migrate: 'Bring the place forward',
  backup: 'Back up what is active',
  write: 'Write the new sequence',
  candidate: 'Check the inactive sequence',
  activate: 'Activate',
  gateways: 'Bring the gateways along',
  verify: 'Verify',
  finish: 'Record the end',
  return: 'Go back to the previous version',
  recover: 'Recover what a crash left',
} as const;

export type StepName = keyof typeof stepTitles;
