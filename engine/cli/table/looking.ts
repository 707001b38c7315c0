import type { CommandEntry } from '../command-entry.ts';

const group = 'What runs, and what ran';

export const looking: readonly CommandEntry[] = [
  {
    path: 'status',
    group,
    summary: 'Show what runs where',
    load: async () => (await import('../commands/status.ts')).StatusCommand,
  },
  {
    path: 'history',
    group,
    summary: 'List past releases, failures included, newest first',
    load: async () => (await import('../commands/history.ts')).HistoryCommand,
  },
  {
    path: 'metrics',
    group,
    summary: 'Measure how releasing went, against its targets',
    load: async () => (await import('../commands/metrics.ts')).MetricsCommand,
  },
  {
    path: 'logs',
    group,
    summary: 'Show the stored log of a release',
    load: async () => (await import('../commands/logs.ts')).LogsCommand,
  },
  {
    path: 'drift',
    group,
    summary: 'Find what was changed by hand; only looks',
    load: async () => (await import('../commands/drift.ts')).DriftCommand,
  },
  {
    path: 'simulate',
    group,
    summary: 'Show what windows, holds and time-outs come to by some moment',
    load: async () => (await import('../commands/simulate.ts')).SimulateCommand,
  },
  {
    path: 'preview',
    group,
    summary: 'Show what merging one commit into another would bring, from Git alone',
    load: async () => (await import('../commands/preview.ts')).PreviewCommand,
  },
  {
    path: 'env list',
    group,
    summary: 'List the environments, or compare two',
    load: async () => (await import('../commands/env-list.ts')).EnvListCommand,
  },
  {
    path: 'env variables',
    group,
    summary: 'Show the variables of an environment, and where each comes from',
    load: async () => (await import('../commands/env-variables.ts')).EnvVariablesCommand,
  },
  {
    path: 'gateway check',
    group,
    summary: 'Ask the gateways how they are',
    load: async () => (await import('../commands/gateway-check.ts')).GatewayCheckCommand,
  },
  {
    path: 'graph',
    group,
    summary: 'Draw environments, gateways, targets and versions, from the configuration',
    load: async () => (await import('../commands/graph.ts')).GraphCommand,
  },
  {
    path: 'audit list',
    group,
    summary: 'List who did what, when and from where',
    load: async () => (await import('../commands/audit-list.ts')).AuditListCommand,
  },
  {
    path: 'audit export',
    group,
    summary: 'Print the audit trail for other programs',
    load: async () => (await import('../commands/audit-export.ts')).AuditExportCommand,
  },
  {
    path: 'audit anchor',
    group,
    summary: 'Write the end of the audit trail to a file outside of the database',
    load: async () => (await import('../commands/audit-anchor.ts')).AuditAnchorCommand,
  },
  {
    path: 'audit verify',
    group,
    summary: 'Prove that the audit trail is what was written',
    load: async () => (await import('../commands/audit-verify.ts')).AuditVerifyCommand,
  },
  {
    path: 'audit report',
    group,
    summary: 'Print a report for auditors: changes, deployments, access, integrity',
    load: async () => (await import('../commands/audit-report.ts')).AuditReportCommand,
  },
  {
    path: 'lock list',
    group,
    summary: 'List who is working on which place',
    load: async () => (await import('../commands/lock-list.ts')).LockListCommand,
  },
];
