import type { BackupView, DriftReport, HistoryLine, TargetStatus, VerifiedBackup } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import { verdictWords } from './gates.ts';
import type { Style } from './style.ts';
import { byteSize, duration, moment, shortId, spaced } from './words.ts';

export const statusList = (rows: readonly TargetStatus[], style: Style): string => {
  if (rows.length === 0) return 'There are no targets.';
  const remarks = (row: TargetStatus): string =>
    [
      ...(row.enabled ? [] : ['disabled']),
      ...row.held.map((reason) => `held: ${reason}`),
      ...row.unreviewed.map((version) => `${version} is to be reviewed`),
      ...(row.next_publish === null ? [] : [`next at ${moment(row.next_publish)}`]),
      ...row.due.map(({ reason, note }) => `due: ${reason}${note === null ? '' : ` (${note})`}`),
      ...(row.drifted ? ['changed by hand'] : []),
      ...(row.last_release && row.last_release.state !== 'succeeded'
        ? [`last: ${row.last_release.version} ${spaced(row.last_release.state)}`]
        : []),
      ...(row.avoided.length > 0 ? [`avoids ${row.avoided.join(', ')}`] : []),
    ].join('; ');
  return columns(
    ['target', 'environment', 'runs', 'since', 'remarks'],
    rows.map((row) => [
      row.target,
      row.environment,
      row.version,
      row.active_since && moment(row.active_since),
      remarks(row),
    ]),
    style.bold,
  );
};

const gatesText = (gates: HistoryLine['gates']): string =>
  gates.map((one) => `${one.gate} ${verdictWords[one.verdict]} (${duration(one.duration_ms)})`).join(', ');

/** What was released; with `gates`, also how each gate of it ended and how long it took. */
export const historyList = (rows: readonly HistoryLine[], style: Style, gates = false): string =>
  rows.length === 0
    ? 'Nothing was released yet.'
    : columns(
        [
          ...['release', 'when', 'target', 'kind', 'version', 'state', 'by', 'took', 'failure'],
          ...(gates ? ['gates'] : []),
        ],
        rows.map((row) => [
          shortId(row.id),
          moment(row.created_at),
          row.target || null,
          row.emergency ? 'emergency' : row.kind,
          row.version || null,
          spaced(row.state),
          row.requested_by,
          row.duration_ms === null ? null : duration(row.duration_ms),
          row.failure ? `${row.failure.step}: ${row.failure.code}` : '',
          ...(gates ? [gatesText(row.gates)] : []),
        ]),
        style.bold,
      );

export const backupList = (rows: readonly BackupView[], style: Style): string =>
  rows.length === 0
    ? 'There are no backups.'
    : columns(
        ['backup', 'when', 'environment', 'version', 'bodies', 'size', 'verified', 'release'],
        rows.map((row) => [
          shortId(row.id),
          moment(row.created_at),
          row.environment,
          row.version,
          row.bodies,
          byteSize(row.bytes),
          row.verified_at && moment(row.verified_at),
          row.release && shortId(row.release),
        ]),
        style.bold,
      );

export const verifiedList = (rows: readonly VerifiedBackup[], style: Style): string =>
  rows.length === 0
    ? 'There are no backups.'
    : columns(
        ['backup', 'artifacts', 'bodies', 'missing', 'how'],
        rows.map((row) => [
          shortId(row.id),
          row.artifacts,
          row.bodies,
          row.missing,
          row.full ? 'every body read' : 'index and sizes',
        ]),
        style.bold,
      );

export const driftText = (reports: readonly DriftReport[], style: Style): string =>
  reports
    .map(({ target, version, drift }) => {
      const name = inline(target);
      if (drift.length === 0) return `${name}: no drift${version === null ? ', nothing runs there yet' : ''}.`;
      const lines = drift.map(({ address, field, reason }) => `  ${inline(address)} (${field}): ${inline(reason)}`);
      return [style.yellow(`${name}: changed by hand since ${inline(version ?? 'the last release')}`), ...lines].join(
        '\n',
      );
    })
    .join('\n');
