import { type Diagnostic, exitCodeOf, problem } from '../../diagnostics/index.ts';
import type { StandardName } from '../../operations/index.ts';
import { keptRefProblems, PeriodCommand } from '../audit-flags.ts';
import { listFlag, requiredFlag, switchFlag, valueFlag } from '../flags.ts';
import { present, requireFlag } from '../forge-command.ts';
import { type Invocation, loadOperations } from '../invocation.ts';
import { auditReportMarkdown } from '../views/audit-report.ts';
import { auditReportCsv } from '../views/audit-report-csv.ts';

const knownStandards = ['soc2', 'iso27001'] as const satisfies readonly StandardName[];
const formats = ['markdown', 'csv', 'json'] as const;

const oneOf = <T extends string>(known: readonly T[], text: string | undefined): T | undefined =>
  known.find((one) => one === text);

const unknown = (flag: string, text: string, known: readonly string[]): Diagnostic =>
  problem('usage-flag-value', { detail: `${flag} is "${text}".`, hint: `It is ${known.join(' or ')}.` });

export class AuditReportCommand extends PeriodCommand {
  static override usage = {
    details: `The change log, the deployment history, who did what where, and whether the audit trail is what was written, read
at one moment. The standard decides the title and which of its controls each section speaks to. A trail that was changed is
reported at the top, and the exit code is 1.`,
    examples: [
      [
        'A quarter, for an audit',
        'm3forge audit report --standard soc2 --start 2026-01-01 --end 2026-03-31 > report.md',
      ],
      [
        'Production, compared with what was written outside',
        'm3forge audit report --standard iso27001 --environment production --anchor audit-anchors.jsonl',
      ],
      ['For a spreadsheet', 'm3forge audit report --standard soc2 --format csv > report.csv'],
    ] as [string, string][],
  };

  readonly standard = requiredFlag('--standard', 'NAME', 'soc2 or iso27001');
  readonly anchor = listFlag('--anchor', 'FILE', 'checkpoints that the trail must agree with');
  readonly git = listFlag('--git', 'REF', 'checkpoints under a ref of the source repository');
  readonly format = valueFlag('--format', 'FORMAT', 'markdown (default), csv or json');
  readonly json = switchFlag('--json', 'the same as --format json');

  protected override problems(): readonly Diagnostic[] {
    const { standard, format } = this;
    const isUnknown = standard !== undefined && !oneOf(knownStandards, standard);
    return [
      ...super.problems(),
      ...keptRefProblems(this.git),
      ...requireFlag(standard, '--standard', `It is ${knownStandards.join(' or ')}.`),
      ...(isUnknown ? [unknown('--standard', standard, knownStandards)] : []),
      ...(format !== undefined && !oneOf(formats, format) ? [unknown('--format', format, formats)] : []),
      ...(this.json && format !== undefined && format !== 'json'
        ? [problem('usage-flags-conflict', { detail: `--json and --format ${format} exclude each other.` })]
        : []),
    ];
  }

  protected async perform(invocation: Invocation): Promise<number> {
    const { output, context, pathOf } = invocation;
    const { reportAudit } = await loadOperations();
    const json = this.json || this.format === 'json';
    const files = this.anchor.map((shown) => ({ path: pathOf(shown), shown }));
    const kept = [...files, ...this.git.map((ref) => ({ ref }))];
    const standard = oneOf(knownStandards, this.standard) ?? 'soc2';
    const outcome = await reportAudit(context, { ...this.period, standard, kept });
    return present(invocation, outcome, json, (report) => {
      if (json) output.json(report);
      else output.result(this.format === 'csv' ? auditReportCsv(report) : auditReportMarkdown(report));
      return exitCodeOf(outcome.diagnostics);
    });
  }
}
