import { stringify } from 'csv-stringify/sync';
import type { AuditEntry } from '../../operations/index.ts';
import { inline, jsonText } from './escape.ts';

const heading = ['n', 'at', 'actor', 'action', 'environment', 'subject', 'detail', 'origin', 'previous', 'hash'];

/** Entries as CSV under a heading, a line each. What a spreadsheet would take for a formula is written as text. */
export const auditCsv = (entries: readonly AuditEntry[]): string =>
  stringify(
    [
      heading,
      ...entries.map(({ n, at, actor, event, environment, subject, detail, origin, previous, hash }) => [
        ...[n, at, ...[actor, event, environment ?? '', subject].map(inline)],
        ...[jsonText(detail, 0), origin === null ? '' : jsonText(origin, 0), previous, hash],
      ]),
    ],
    { escape_formulas: true, eof: false },
  );
