import type { Anchored, AuditEntry, VerifiedTrail } from '../../operations/index.ts';
import { columnsInParts } from './columns.ts';
import { inline, jsonText } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text);

const fromWhere = ({ origin }: AuditEntry): string | null =>
  origin === null ? null : `${String(origin.user)}@${String(origin.host)}`;

/** What of entries that come a part at a time is printed: with each part, and when there are no more. */
export interface AuditPrinter {
  readonly part: (entries: readonly AuditEntry[]) => string | undefined;
  readonly end: () => string | undefined;
}

/** Entries as a table. */
export const auditList = (style: Style): AuditPrinter => {
  const table = columnsInParts(['n', 'time', 'actor', 'action', 'environment', 'subject', 'from'], style.bold);
  let isEmpty = true;
  return {
    part: (entries) => {
      isEmpty = false;
      return table(
        entries.map((entry) => [
          entry.n,
          moment(entry.at),
          entry.actor,
          entry.event,
          entry.environment,
          isId(entry.subject) ? shortId(entry.subject) : entry.subject,
          fromWhere(entry),
        ]),
      );
    },
    end: () => (isEmpty ? 'No entry matches.' : undefined),
  };
};

/** Entries as one JSON array; the last of each part waits for the next, because it may be followed by a comma. */
export const auditJson = (): AuditPrinter => {
  let waiting: string | undefined;
  const indented = (entry: AuditEntry): string => `  ${jsonText(entry).replaceAll('\n', '\n  ')}`;
  return {
    part: (entries) => {
      const texts = entries.map(indented);
      const before = waiting === undefined ? [] : [`${waiting},`];
      const begin = waiting === undefined ? ['['] : [];
      waiting = texts.pop();
      const lines = [...begin, ...before, ...texts.map((text) => `${text},`)];
      return lines.length > 0 ? lines.join('\n') : undefined;
    },
    end: () => (waiting === undefined ? '[]' : `${waiting}\n]`),
  };
};

/** Entries as a line of JSON each. */
export const auditLines: AuditPrinter = {
  part: (entries) => entries.map((entry) => jsonText(entry, 0)).join('\n'),
  end: () => undefined,
};

const entriesOf = (count: number): string => (count === 1 ? '1 entry' : `${count} entries`);

export const auditVerified = ({ entries, hash, checkpoints }: VerifiedTrail): string =>
  [
    entries === 0
      ? 'The audit trail is empty.'
      : `The audit trail is whole: ${entriesOf(entries)}, the last with the hash ${hash}.`,
    checkpoints === 0
      ? 'It was compared with no checkpoint: an end that was cut off would not show.'
      : `It agrees with ${checkpoints === 1 ? 'the checkpoint' : `all ${checkpoints} checkpoints`}.`,
  ].join('\n');

export const auditAnchored = ({ file, entries, written, compared, pushed_to: pushed }: Anchored): string =>
  [
    ...(written
      ? [
          `Written to ${inline(file)}: the audit trail has ${entriesOf(entries)}.`,
          ...(compared === 0 ? ['It is the first checkpoint there, so the trail was compared with none.'] : []),
        ]
      : [`${inline(file)} says so already: the audit trail has ${entriesOf(entries)}.`]),
    ...(pushed === null ? [] : [`The remote ${inline(pushed)} has it.`]),
  ].join('\n');
