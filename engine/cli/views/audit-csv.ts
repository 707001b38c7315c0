import { stringify } from 'csv-stringify/sync';
import type { AuditEntry } from '../../operations/index.ts';

const heading = ['n', 'at', 'actor', 'action', 'environment', 'subject', 'detail', 'origin', 'previous', 'hash'];

/** Entries as CSV (RFC 4180) under a heading. What a spreadsheet would take for a formula is written as text. */
export const auditCsv = (entries: readonly AuditEntry[]): string =>
  stringify(
    [
      heading,
      ...entries.map(({ n, at, actor, event, environment, subject, detail, origin, previous, hash }) => [
        ...[n, at, actor, event, environment ?? '', subject],
        ...[JSON.stringify(detail), origin === null ? '' : JSON.stringify(origin), previous, hash],
      ]),
    ],
    { escape_formulas: true, record_delimiter: '\r\n', eof: false },
  );
