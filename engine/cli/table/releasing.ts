import type { CommandEntry } from '../command-entry.ts';

const group = 'Plan and apply';

export const releasing: readonly CommandEntry[] = [
  {
    path: 'validate',
    group,
    summary: 'Check the configuration and the artifacts, without database or network',
    load: async () => (await import('../commands/validate.ts')).ValidateCommand,
  },
  {
    path: 'plan',
    group,
    summary: 'Show what applying would change; changes and locks nothing',
    load: async () => (await import('../commands/plan.ts')).PlanCommand,
  },
  {
    path: 'gates run',
    group,
    summary: 'Judge by the gates what would be released; releases nothing',
    load: async () => (await import('../commands/gates-run.ts')).GatesRunCommand,
  },
  {
    path: 'show',
    group,
    summary: 'Show a saved plan or a release',
    load: async () => (await import('../commands/show.ts')).ShowCommand,
  },
  {
    path: 'apply',
    group,
    summary: 'Carry out a plan: all of it, or nothing',
    load: async () => (await import('../commands/apply.ts')).ApplyCommand,
  },
  {
    path: 'promote',
    group,
    summary: 'Bring to one target what another one runs',
    load: async () => (await import('../commands/promote.ts')).PromoteCommand,
  },
  {
    path: 'rollback',
    group,
    summary: 'Go back to a version that succeeded at a target',
    load: async () => (await import('../commands/rollback.ts')).RollbackCommand,
  },
  {
    path: 'approve',
    group,
    summary: 'Agree to what a release that waits would do',
    load: async () => (await import('../commands/approve.ts')).ApproveCommand,
  },
  {
    path: 'reject',
    group,
    summary: 'End a release that waits, because it should not be',
    load: async () => (await import('../commands/reject.ts')).RejectCommand,
  },
  {
    path: 'resume',
    group,
    summary: 'Carry out a release that has its approvals',
    load: async () => (await import('../commands/resume.ts')).ResumeCommand,
  },
  {
    path: 'cancel',
    group,
    summary: 'Take back a release that has not begun',
    load: async () => (await import('../commands/cancel.ts')).CancelCommand,
  },
  {
    path: 'retry',
    group,
    summary: 'Try a release that did not succeed again',
    load: async () => (await import('../commands/retry.ts')).RetryCommand,
  },
  {
    path: 'worker',
    group,
    summary: 'Release what schedules and new versions start, and what was approved',
    load: async () => (await import('../commands/worker.ts')).WorkerCommand,
  },
  {
    path: 'explain',
    group,
    summary: 'Say why a release waits, and who can change that',
    load: async () => (await import('../commands/explain.ts')).ExplainCommand,
  },
];
