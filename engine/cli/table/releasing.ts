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
    path: 'rollback',
    group,
    summary: 'Go back to a version that succeeded at a target',
    load: async () => (await import('../commands/rollback.ts')).RollbackCommand,
  },
];
