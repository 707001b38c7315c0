import { stringify } from 'csv-stringify/sync';
import type { AuditReport } from '../../operations/index.ts';
import { approvalsText, gatesText, integrityText, outcomeText, trailText, whatText } from './audit-report.ts';
import { inline } from './escape.ts';

type Row = Readonly<Partial<Record<(typeof heading)[number], string | number | null>>>;

const heading = [
  ...(['section', 'controls', 'at', 'until', 'environment', 'target', 'kind', 'actor', 'from_version'] as const),
  ...(['to_version', 'what', 'reason', 'approvals', 'gates', 'outcome', 'duration_ms', 'count'] as const),
  ...(['release', 'trail'] as const),
] as const;

const aboutTrail = (report: AuditReport): Row => ({
  section: 'integrity',
  kind: report.title,
  at: report.start,
  until: report.end,
  environment: report.environment,
  what: integrityText(report),
  outcome: report.integrity.whole ? 'whole' : 'broken',
  count: report.integrity.entries,
  trail: `compared with ${report.integrity.checkpoints} checkpoints`,
});

const changeRows = ({ changes }: AuditReport): readonly Row[] =>
  changes.map((change) => ({
    section: 'changes',
    ...{ at: change.at, until: change.ended_at, environment: change.environment, target: change.target },
    ...{ kind: change.kind, actor: change.requested_by, from_version: change.from_version },
    ...{ to_version: change.to_version, what: whatText(change), reason: change.reason },
    ...{ approvals: approvalsText(change), gates: gatesText(change), outcome: outcomeText(change) },
    ...{ duration_ms: change.duration_ms, release: change.release, trail: trailText(change) },
  }));

const exceptionRows = ({ exceptions }: AuditReport): readonly Row[] =>
  exceptions.map(({ by, entry, ...told }) => ({
    section: 'exceptions',
    ...told,
    ...{ actor: by, trail: entry },
  }));

const deploymentRows = ({ deployments }: AuditReport): readonly Row[] =>
  deployments.map(({ by, started_at, ended_at, ...told }) => ({
    section: 'deployments',
    ...told,
    ...{ actor: by, at: started_at, until: ended_at },
  }));

const accessRows = ({ access }: AuditReport): readonly Row[] =>
  access.map(({ actor, environment, first, last, count, actions }) => ({
    section: 'access',
    ...{ actor, environment, at: first, until: last, count },
    what: actions.map((one) => `${one.action} ${one.count}`).join(', '),
  }));

/**
 * The report as one table, whose first column says of which section a line is; what is wrong with the trail comes first.
 * What a spreadsheet would take for a formula is written as text.
 */
export const auditReportCsv = (report: AuditReport): string => {
  const rows = [
    aboutTrail(report),
    ...changeRows(report),
    ...exceptionRows(report),
    ...deploymentRows(report),
    ...accessRows(report),
  ];
  const controlsOf = ({ section }: Row): string =>
    (report.controls[section as keyof AuditReport['controls']] ?? []).map(({ reference }) => reference).join(' ');
  const cells = rows.map((row) =>
    heading.map((name) => {
      const value = name === 'controls' ? controlsOf(row) : (row[name] ?? '');
      return typeof value === 'string' ? inline(value) : value;
    }),
  );
  return stringify([[...heading], ...cells], { escape_formulas: true, eof: false });
};
