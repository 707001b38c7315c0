import { expect, test } from 'vitest';
import { auditReportMarkdown } from '../../engine/cli/views/audit-report.ts';
import { auditReportCsv } from '../../engine/cli/views/audit-report-csv.ts';
import { reportWith } from '../hostile/filled-report.ts';
import { naughtyStrings } from '../hostile/naughty-strings.ts';

test('a spreadsheet takes no text of a report for a formula', () => {
  const [, ...lines] = auditReportCsv(reportWith('=cmd|"/C calc"!A0', false)).split('\n');
  expect(lines).toHaveLength(6);
  for (const line of lines) {
    expect(line).toContain(`"'=cmd|""/C calc""!A0"`);
    expect(line).not.toMatch(/(^|,)"?[=+@-]/);
  }
});

test('every line of the table has as many cells, whatever stands in them', () => {
  for (const text of naughtyStrings) {
    const rows = auditReportMarkdown(reportWith(text, true))
      .split('\n')
      .filter((line) => line.startsWith('| '));
    expect(rows.map((row) => row.replace(/&#124;/g, '').split(' | ').length)).toEqual([
      ...[2, 2, 2, 2, 2, 2, 11, 11, 11, 8, 8, 9, 9, 6, 6],
    ]);
  }
});
