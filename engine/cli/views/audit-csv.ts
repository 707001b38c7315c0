import { stringify } from 'csv-stringify/sync';
import type { AuditEntry } from '../../operations/index.ts';
import type { AuditPrinter } from './audit.ts';
import { inline, jsonText } from './escape.ts';

const heading = ['n', 'at', 'actor', 'action', 'environment', 'subject', 'detail', 'origin', 'previous', 'hash'];

const lines = (entries: readonly AuditEntry[]): string =>
  stringify(
    entries.map(({ n, at, actor, event, environment, subject, detail, origin, previous, hash }) => [
      ...[n, at, ...[actor, event, environment ?? '', subject].map(inline)],
      ...[jsonText(detail, 0), origin === null ? '' : jsonText(origin, 0), previous, hash],
    ]),
    { escape_formulas: true, eof: false },
  );

/** Entries as CSV under a heading, a line each. What a spreadsheet would take for a formula is written as text. */
export const auditCsv = (): AuditPrinter => {
  let isFirst = true;
  return {
    part: (entries) => {
      const text = isFirst ? `${heading.join(',')}\n${lines(entries)}` : lines(entries);
      isFirst = false;
      return text;
    },
    end: () => (isFirst ? heading.join(',') : undefined),
  };
};
