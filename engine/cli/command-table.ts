import type { ForgeCommandClass } from './forge-command.ts';

/** A command as it is found and listed before its file is loaded. */
export interface CommandEntry {
  /** The words that call it. */
  readonly path: string;
  readonly group: string;
  /** One line, for the list of commands and the head of its help. */
  readonly summary: string;
  readonly load: () => Promise<ForgeCommandClass>;
}

const writing = 'Write a configuration';
const releasing = 'Plan and apply';
const versioning = 'Versions';
const looking = 'What runs, and what ran';
const keeping = 'Keeping in order';

/** Every command there is, in the order in which help lists them. */
export const commandTable: readonly CommandEntry[] = [
  {
    path: 'init',
    group: writing,
    summary: 'Begin a project: a commented configuration and an example workflow',
    load: async () => (await import('./commands/init.ts')).InitCommand,
  },
  {
    path: 'fmt',
    group: writing,
    summary: 'Bring the configuration into canonical form; comments stay',
    load: async () => (await import('./commands/fmt.ts')).FmtCommand,
  },
  {
    path: 'validate',
    group: releasing,
    summary: 'Check the configuration and the artifacts, without database or network',
    load: async () => (await import('./commands/validate.ts')).ValidateCommand,
  },
  {
    path: 'plan',
    group: releasing,
    summary: 'Show what applying would change; changes and locks nothing',
    load: async () => (await import('./commands/plan.ts')).PlanCommand,
  },
  {
    path: 'show',
    group: releasing,
    summary: 'Show a saved plan or a release',
    load: async () => (await import('./commands/show.ts')).ShowCommand,
  },
  {
    path: 'apply',
    group: releasing,
    summary: 'Carry out a plan: all of it, or nothing',
    load: async () => (await import('./commands/apply.ts')).ApplyCommand,
  },
  {
    path: 'rollback',
    group: releasing,
    summary: 'Go back to a version that succeeded at a target',
    load: async () => (await import('./commands/rollback.ts')).RollbackCommand,
  },
  {
    path: 'version create',
    group: versioning,
    summary: 'Make a version of a commit: number, release notes, tag',
    load: async () => (await import('./commands/version-create.ts')).VersionCreateCommand,
  },
  {
    path: 'version list',
    group: versioning,
    summary: 'List the versions, the highest first',
    load: async () => (await import('./commands/version-list.ts')).VersionListCommand,
  },
  {
    path: 'version show',
    group: versioning,
    summary: 'Show what a version is, how it came to be, and where it went',
    load: async () => (await import('./commands/version-show.ts')).VersionShowCommand,
  },
  {
    path: 'version deprecate',
    group: versioning,
    summary: 'Let nothing go to a version by itself any more',
    load: async () => (await import('./commands/version-deprecate.ts')).VersionDeprecateCommand,
  },
  {
    path: 'status',
    group: looking,
    summary: 'Show what runs where',
    load: async () => (await import('./commands/status.ts')).StatusCommand,
  },
  {
    path: 'history',
    group: looking,
    summary: 'List past releases, failures included, newest first',
    load: async () => (await import('./commands/history.ts')).HistoryCommand,
  },
  {
    path: 'metrics',
    group: looking,
    summary: 'Measure how releasing went, against its targets',
    load: async () => (await import('./commands/metrics.ts')).MetricsCommand,
  },
  {
    path: 'logs',
    group: looking,
    summary: 'Show the stored log of a release',
    load: async () => (await import('./commands/logs.ts')).LogsCommand,
  },
  {
    path: 'drift',
    group: looking,
    summary: 'Find what was changed by hand; only looks',
    load: async () => (await import('./commands/drift.ts')).DriftCommand,
  },
  {
    path: 'env list',
    group: looking,
    summary: 'List the environments, or compare two',
    load: async () => (await import('./commands/env-list.ts')).EnvListCommand,
  },
  {
    path: 'env variables',
    group: looking,
    summary: 'Show the variables of an environment, and where each comes from',
    load: async () => (await import('./commands/env-variables.ts')).EnvVariablesCommand,
  },
  {
    path: 'gateway check',
    group: looking,
    summary: 'Ask the gateways how they are',
    load: async () => (await import('./commands/gateway-check.ts')).GatewayCheckCommand,
  },
  {
    path: 'graph',
    group: looking,
    summary: 'Draw environments, gateways, targets and versions, from the configuration',
    load: async () => (await import('./commands/graph.ts')).GraphCommand,
  },
  {
    path: 'audit list',
    group: looking,
    summary: 'List who did what, when and from where',
    load: async () => (await import('./commands/audit-list.ts')).AuditListCommand,
  },
  {
    path: 'audit export',
    group: looking,
    summary: 'Print the audit trail for other programs',
    load: async () => (await import('./commands/audit-export.ts')).AuditExportCommand,
  },
  {
    path: 'audit anchor',
    group: looking,
    summary: 'Write the end of the audit trail to a file outside of the database',
    load: async () => (await import('./commands/audit-anchor.ts')).AuditAnchorCommand,
  },
  {
    path: 'audit verify',
    group: looking,
    summary: 'Prove that the audit trail is what was written',
    load: async () => (await import('./commands/audit-verify.ts')).AuditVerifyCommand,
  },
  {
    path: 'audit report',
    group: looking,
    summary: 'Print a report for auditors: changes, deployments, access, integrity',
    load: async () => (await import('./commands/audit-report.ts')).AuditReportCommand,
  },
  {
    path: 'lock list',
    group: looking,
    summary: 'List who is working on which place',
    load: async () => (await import('./commands/lock-list.ts')).LockListCommand,
  },
  {
    path: 'recover',
    group: keeping,
    summary: 'Finish or undo what a crash left',
    load: async () => (await import('./commands/recover.ts')).RecoverCommand,
  },
  {
    path: 'lock release',
    group: keeping,
    summary: 'Take the lease of a place from its holder',
    load: async () => (await import('./commands/lock-release.ts')).LockReleaseCommand,
  },
  {
    path: 'hold add',
    group: keeping,
    summary: 'Stop releases, all of them or those of a target',
    load: async () => (await import('./commands/hold-add.ts')).HoldAddCommand,
  },
  {
    path: 'hold list',
    group: keeping,
    summary: 'List what stops releases, and the versions that are avoided',
    load: async () => (await import('./commands/hold-list.ts')).HoldListCommand,
  },
  {
    path: 'hold lift',
    group: keeping,
    summary: 'Lift a hold, or let a target go to an avoided version again',
    load: async () => (await import('./commands/hold-lift.ts')).HoldLiftCommand,
  },
  {
    path: 'backup create',
    group: keeping,
    summary: 'Back up what is active at a target',
    load: async () => (await import('./commands/backup-create.ts')).BackupCreateCommand,
  },
  {
    path: 'backup list',
    group: keeping,
    summary: 'List the backups that can be used, newest first',
    load: async () => (await import('./commands/backup-list.ts')).BackupListCommand,
  },
  {
    path: 'backup verify',
    group: keeping,
    summary: 'Prove that backups are whole',
    load: async () => (await import('./commands/backup-verify.ts')).BackupVerifyCommand,
  },
  {
    path: 'backup restore',
    group: keeping,
    summary: 'Bring the content of a backup back, as a release',
    load: async () => (await import('./commands/backup-restore.ts')).BackupRestoreCommand,
  },
  {
    path: 'backup prune',
    group: keeping,
    summary: 'Remove backups and sequences that nothing needs any more',
    load: async () => (await import('./commands/backup-prune.ts')).BackupPruneCommand,
  },
  {
    path: 'providers list',
    group: keeping,
    summary: 'List the providers, built in and from third parties',
    load: async () => (await import('./commands/providers-list.ts')).ProvidersListCommand,
  },
  {
    path: 'providers lock',
    group: keeping,
    summary: 'Pin third-party providers as they are installed now',
    load: async () => (await import('./commands/providers-lock.ts')).ProvidersLockCommand,
  },
  {
    path: 'providers test',
    group: keeping,
    summary: 'Try whether a provider keeps its contract',
    load: async () => (await import('./commands/providers-test.ts')).ProvidersTestCommand,
  },
  {
    path: 'state list',
    group: keeping,
    summary: 'List the addresses of what is recorded',
    load: async () => (await import('./commands/state-list.ts')).StateListCommand,
  },
  {
    path: 'state show',
    group: keeping,
    summary: 'Show what is recorded under an address',
    load: async () => (await import('./commands/state-show.ts')).StateShowCommand,
  },
  {
    path: 'state forget',
    group: keeping,
    summary: 'Take a place or a version out of what is recorded',
    load: async () => (await import('./commands/state-forget.ts')).StateForgetCommand,
  },
  {
    path: 'state export',
    group: keeping,
    summary: 'Print all that is recorded as one JSON document',
    load: async () => (await import('./commands/state-export.ts')).StateExportCommand,
  },
  {
    path: 'state import',
    group: keeping,
    summary: 'Take over a place that another state released to',
    load: async () => (await import('./commands/state-import.ts')).StateImportCommand,
  },
  {
    path: 'doctor',
    group: keeping,
    summary: 'Look at all that m3forge rests on, and say what to do about what is not in order',
    load: async () => (await import('./commands/doctor.ts')).DoctorCommand,
  },
  {
    path: 'completion',
    group: keeping,
    summary: 'Print a script by which a shell completes commands, flags and targets',
    load: async () => (await import('./commands/completion.ts')).CompletionCommand,
  },
];
