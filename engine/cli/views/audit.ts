import type { Anchored, AuditEntry, VerifiedTrail } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

const isId = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(text);

const fromWhere = ({ origin }: AuditEntry): string | null =>
  origin === null ? null : `${String(origin.user)}@${String(origin.host)}`;

export const auditList = (entries: readonly AuditEntry[], style: Style): string =>
  entries.length === 0
    ? 'No entry matches.'
    : columns(
        ['n', 'time', 'actor', 'action', 'environment', 'subject', 'from'],
        entries.map((entry) => [
          entry.n,
          moment(entry.at),
          entry.actor,
          entry.event,
          entry.environment,
          isId(entry.subject) ? shortId(entry.subject) : entry.subject,
          fromWhere(entry),
        ]),
        style.bold,
      );

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

export const auditAnchored = ({ file, entries, written, compared }: Anchored): string =>
  written
    ? [
        `Written to ${inline(file)}: the audit trail has ${entriesOf(entries)}.`,
        ...(compared === 0 ? ['It is the first checkpoint there, so the trail was compared with none.'] : []),
      ].join('\n')
    : `${inline(file)} says so already: the audit trail has ${entriesOf(entries)}.`;
