import type { AuditReport, ReportedChange } from '../../operations/index.ts';
import { markdownInline } from './escape.ts';
import { duration, moment, spaced } from './words.ts';

type Cell = string | number | null;

const none = '–';

const cell = (value: Cell): string => (value === null || value === '' ? none : markdownInline(String(value)));

const table = (heading: readonly string[], rows: readonly (readonly Cell[])[], empty: string): string =>
  rows.length === 0
    ? empty
    : [
        `| ${heading.join(' | ')} |`,
        `|${'---|'.repeat(heading.length)}`,
        ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
      ].join('\n');

/** How many approvals were asked for, and who gave some. */
export const approvalsText = ({ approvals_asked: asked, approved_by: by }: ReportedChange): string => {
  const given = by.length === 0 ? '' : `given by ${by.join(', ')}`;
  if (asked === null) return given || 'not recorded';
  return asked === 0 ? 'none asked for' : `${asked} asked for${given && `, ${given}`}`;
};

export const gatesText = ({ gates }: ReportedChange): string =>
  gates.map(({ gate, verdict }) => `${gate}: ${verdict}`).join('; ');

export const outcomeText = ({ outcome, failure }: Pick<ReportedChange, 'outcome' | 'failure'>): string =>
  failure === null ? spaced(outcome) : `${spaced(outcome)} (${failure})`;

const carriedTexts = ({ carries }: ReportedChange): readonly string[] => {
  if (!carries || carries.commits === 0) return [];
  const { pull_requests: numbers, change_sets: sets, commits, complete } = carries;
  return [
    numbers.length > 0 ? `pull requests ${numbers.map((one) => `#${one}`).join(', ')}` : `${commits} merged`,
    ...(sets.length > 0 ? [`change sets ${sets.join(', ')}`] : []),
    ...(complete ? [] : ['and what is not recorded']),
  ];
};

/** What was changed, in words. */
export const whatText = (change: ReportedChange): string => {
  const { kind, from_version, to_version, counts, configuration, loosens } = change;
  const looser = loosens.length > 0 ? [`loosens ${loosens.join('; ')}`] : [];
  if (kind === 'configuration') return [configuration.join(', '), ...looser].filter((part) => part !== '').join('; ');
  const counted = counts
    ? `${counts.create} created, ${counts.update} updated, ${counts.delete} deleted`
    : 'counts not recorded';
  return [`${from_version ?? 'nothing'} → ${to_version ?? 'not recorded'}`, counted, ...carriedTexts(change)].join(
    '; ',
  );
};

export const trailText = ({ entries, differs }: ReportedChange): string =>
  [...(entries.length > 0 ? [entries.join(', ')] : []), ...differs].join('; ');

const periodText = ({ start, end }: AuditReport): string =>
  start === null && end === null
    ? 'all that is recorded'
    : `${start === null ? 'the beginning' : moment(start)} to ${end === null ? 'now' : `before ${moment(end)}`}`;

const heading = (report: AuditReport, section: keyof AuditReport['controls'], title: string): string => {
  const controls = report.controls[section];
  const told = [...new Set(controls.map(({ about }) => about))].map((about) => {
    const references = controls.filter((one) => one.about === about).map(({ reference }) => reference);
    return `${references.join(', ')} ${about}`;
  });
  return `### ${title} (${told.map(markdownInline).join(', ')})`;
};

const agreement = ({ checkpoints, files }: AuditReport['integrity']): string =>
  checkpoints === 0
    ? 'It was compared with no checkpoint: an end that was cut off would not show.'
    : `It was compared with ${checkpoints === 1 ? 'the checkpoint' : `${checkpoints} checkpoints`} in ${files.map(markdownInline).join(', ')}.`;

/** In words of its own, for the top and for the section. */
export const integrityText = ({ integrity }: AuditReport): string => {
  const { fault, entries, last_hash } = integrity;
  if (fault) return `Entry ${fault.n} is the first that does not belong there: ${fault.why}.`;
  return entries === 0
    ? 'The audit trail is empty.'
    : `The audit trail is whole: ${entries === 1 ? '1 entry' : `${entries} entries`}, the last with the hash ${last_hash}.`;
};

const broken = (report: AuditReport): readonly string[] =>
  report.integrity.whole
    ? []
    : [
        `> **The audit trail was changed by other means than m3forge.** ${markdownInline(integrityText(report))} Nothing below can be relied on without looking into that.`,
      ];

const changeLog = ({ changes }: AuditReport): string =>
  table(
    ['asked for', 'kind', 'environment', 'target', 'by', 'what', 'reason', 'approvals', 'gates', 'outcome', 'trail'],
    changes.map((change) => [
      ...[moment(change.at), change.kind, change.environment, change.target, change.requested_by, whatText(change)],
      ...[change.reason, approvalsText(change), gatesText(change), outcomeText(change), trailText(change)],
    ]),
    'Nothing was changed.',
  );

const exceptionLog = ({ exceptions }: AuditReport): string =>
  table(
    ['when', 'exception', 'environment', 'target', 'by', 'what', 'reason', 'trail'],
    exceptions.map((one) => [
      ...[moment(one.at), one.kind, one.environment, one.target, one.by, one.what, one.reason, one.entry],
    ]),
    'No rule was passed over, and none loosened.',
  );

const deploymentHistory = ({ deployments }: AuditReport): string =>
  table(
    ['environment', 'target', 'kind', 'version', 'by', 'started', 'took', 'outcome', 'release'],
    deployments.map((one) => [
      ...[
        one.environment,
        one.target,
        one.kind,
        `${one.from_version ?? 'nothing'} → ${one.to_version ?? 'not recorded'}`,
      ],
      ...[one.by, moment(one.started_at), one.duration_ms === null ? null : duration(one.duration_ms)],
      ...[spaced(one.outcome), one.release],
    ]),
    'Nothing was deployed.',
  );

const accessLog = ({ access }: AuditReport): string =>
  table(
    ['actor', 'environment', 'first', 'last', 'entries', 'actions'],
    access.map(({ actor, environment, first, last, count, actions }) => [
      ...[actor, environment, moment(first), moment(last), count],
      actions.map((one) => `${one.action} ${one.count}`).join(', '),
    ]),
    'Nobody did anything.',
  );

/** The report for people and forges. Everything that is somebody's text is escaped. */
export const auditReportMarkdown = (report: AuditReport): string =>
  [
    `## Audit report: ${markdownInline(report.title)}`,
    ...broken(report),
    table(
      ['', ''],
      [
        ['project', report.project],
        ['state', report.lineage],
        ['period', periodText(report)],
        ['environment', report.environment ?? 'all'],
        ['made', `${moment(report.created_at)} by ${report.created_by}, m3forge ${report.tool_version}`],
      ],
      '',
    ),
    heading(report, 'integrity', 'Integrity of the audit trail'),
    `${markdownInline(integrityText(report))} ${agreement(report.integrity)}`,
    heading(report, 'changes', 'Change log'),
    changeLog(report),
    heading(report, 'exceptions', 'Exceptions'),
    exceptionLog(report),
    heading(report, 'deployments', 'Deployment history'),
    deploymentHistory(report),
    heading(report, 'access', 'Access log'),
    accessLog(report),
    'What only reads leaves no entry. Times are in UTC.',
  ].join('\n\n');
