import { problem } from '../../diagnostics/index.ts';
import { AuditCommand } from '../audit-flags.ts';
import { switchFlag, valueFlag } from '../flags.ts';
import type { Invocation } from '../invocation.ts';
import { auditLines } from '../views/audit.ts';
import { auditCsv } from '../views/audit-csv.ts';

const formats = ['jsonl', 'csv'] as const;

export class AuditExportCommand extends AuditCommand {
  static override usage = {
    details: `One line of JSON for each entry, with its hash and that of the entry before it, so that others can follow the
chain without m3forge; or CSV for a spreadsheet, in which a text that a spreadsheet would take for a formula is quoted.`,
    examples: [
      ['For an archive', 'm3forge audit export > audit.jsonl'],
      ['For a spreadsheet', 'm3forge audit export --format csv --start 2026-01-01 > audit.csv'],
    ] as [string, string][],
  };

  readonly format = valueFlag('--format', 'FORMAT', 'jsonl (default) or csv');
  readonly json = switchFlag('--json', 'the same as --format jsonl');

  protected override problems() {
    const { format } = this;
    const unknown = format !== undefined && !formats.some((known) => known === format);
    return [
      ...super.problems(),
      ...(unknown
        ? [problem('usage-flag-value', { detail: `--format is "${format}".`, hint: 'It is jsonl or csv.' })]
        : []),
      ...(this.json && format === 'csv'
        ? [problem('usage-flags-conflict', { detail: '--json and --format csv exclude each other.' })]
        : []),
    ];
  }

  protected perform(invocation: Invocation): Promise<number> {
    return this.print(invocation, this.json, this.format === 'csv' ? auditCsv() : auditLines);
  }
}
