import type { CommandEntry } from '../command-entry.ts';

const group = 'Keeping in order';

export const keeping: readonly CommandEntry[] = [
  {
    path: 'recover',
    group,
    summary: 'Finish or undo what a crash left',
    load: async () => (await import('../commands/recover.ts')).RecoverCommand,
  },
  {
    path: 'lock release',
    group,
    summary: 'Take the lease of a place from its holder',
    load: async () => (await import('../commands/lock-release.ts')).LockReleaseCommand,
  },
  {
    path: 'hold add',
    group,
    summary: 'Stop releases, all of them or those of a target',
    load: async () => (await import('../commands/hold-add.ts')).HoldAddCommand,
  },
  {
    path: 'hold list',
    group,
    summary: 'List what stops releases, and the versions that are avoided',
    load: async () => (await import('../commands/hold-list.ts')).HoldListCommand,
  },
  {
    path: 'hold lift',
    group,
    summary: 'Lift a hold, or let a target go to an avoided version again',
    load: async () => (await import('../commands/hold-lift.ts')).HoldLiftCommand,
  },
  {
    path: 'review list',
    group,
    summary: 'List what was released in an emergency and has not passed its gates yet',
    load: async () => (await import('../commands/review-list.ts')).ReviewListCommand,
  },
  {
    path: 'review close',
    group,
    summary: 'Have the gates judged that an emergency skipped, and close its review',
    load: async () => (await import('../commands/review-close.ts')).ReviewCloseCommand,
  },
  {
    path: 'backup create',
    group,
    summary: 'Back up what is active at a target',
    load: async () => (await import('../commands/backup-create.ts')).BackupCreateCommand,
  },
  {
    path: 'backup list',
    group,
    summary: 'List the backups that can be used, newest first',
    load: async () => (await import('../commands/backup-list.ts')).BackupListCommand,
  },
  {
    path: 'backup verify',
    group,
    summary: 'Prove that backups are whole',
    load: async () => (await import('../commands/backup-verify.ts')).BackupVerifyCommand,
  },
  {
    path: 'backup restore',
    group,
    summary: 'Bring the content of a backup back, as a release',
    load: async () => (await import('../commands/backup-restore.ts')).BackupRestoreCommand,
  },
  {
    path: 'backup prune',
    group,
    summary: 'Remove backups and sequences that nothing needs any more',
    load: async () => (await import('../commands/backup-prune.ts')).BackupPruneCommand,
  },
  {
    path: 'providers list',
    group,
    summary: 'List the providers, built in and from third parties',
    load: async () => (await import('../commands/providers-list.ts')).ProvidersListCommand,
  },
  {
    path: 'providers lock',
    group,
    summary: 'Pin third-party providers as they are installed now',
    load: async () => (await import('../commands/providers-lock.ts')).ProvidersLockCommand,
  },
  {
    path: 'providers test',
    group,
    summary: 'Try whether a provider keeps its contract',
    load: async () => (await import('../commands/providers-test.ts')).ProvidersTestCommand,
  },
  {
    path: 'state list',
    group,
    summary: 'List the addresses of what is recorded',
    load: async () => (await import('../commands/state-list.ts')).StateListCommand,
  },
  {
    path: 'state show',
    group,
    summary: 'Show what is recorded under an address',
    load: async () => (await import('../commands/state-show.ts')).StateShowCommand,
  },
  {
    path: 'state forget',
    group,
    summary: 'Take a place or a version out of what is recorded',
    load: async () => (await import('../commands/state-forget.ts')).StateForgetCommand,
  },
  {
    path: 'state export',
    group,
    summary: 'Print all that is recorded as one JSON document',
    load: async () => (await import('../commands/state-export.ts')).StateExportCommand,
  },
  {
    path: 'state import',
    group,
    summary: 'Take over a place that another state released to',
    load: async () => (await import('../commands/state-import.ts')).StateImportCommand,
  },
  {
    path: 'doctor',
    group,
    summary: 'Look at all that m3forge rests on, and say what to do about what is not in order',
    load: async () => (await import('../commands/doctor.ts')).DoctorCommand,
  },
  {
    path: 'completion',
    group,
    summary: 'Print a script by which a shell completes commands, flags and targets',
    load: async () => (await import('../commands/completion.ts')).CompletionCommand,
  },
];
