import type { LeaseView, ReleasedLock } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';
import { moment, shortId } from './words.ts';

const signOfLife = ({ condition, heartbeat }: LeaseView): string => {
  if (condition === 'ended') return 'its process ended';
  return condition === 'fresh' ? moment(heartbeat) : `silent since ${moment(heartbeat)}`;
};

export const lockList = (rows: readonly LeaseView[], style: Style): string =>
  rows.length === 0
    ? 'Nobody is working on any place.'
    : columns(
        [
          'lease',
          'place',
          'environment',
          'holder',
          'operation',
          'host',
          'pid',
          'since',
          'heard of',
          'waiting',
          'CI run',
        ],
        rows.map((row) => [
          shortId(row.id),
          row.place,
          row.environment,
          row.holder,
          row.operation,
          row.host,
          row.pid,
          moment(row.since),
          signOfLife(row),
          row.waiting,
          row.ci_run,
        ]),
        style.bold,
      );

export const lockReleased = ({ released, forced, fenced }: ReleasedLock): string =>
  [
    `Released. ${inline(released.holder)} (${inline(released.operation)}, pid ${released.pid} on ${inline(released.host)}) does not hold ${inline(released.place)} any more.`,
    ...(forced ? ['If it is still at work, it fails, and nothing more of it is written.'] : []),
    ...(fenced ? [] : ['No target of this configuration leads to that place, so its fence was not raised.']),
  ].join('\n');
