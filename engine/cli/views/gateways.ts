import type { GatewayView } from '../../operations/index.ts';
import { columns } from './columns.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

const serving = ({ healthy, executors }: GatewayView): string | null =>
  healthy ? `${executors.filter((executor) => executor.serving).length} of ${executors.length} serving` : null;

const usage = ({ capacity }: GatewayView): string | null =>
  capacity ? `${capacity.used} of ${capacity.capacity} used` : null;

/** What is out of the ordinary, and what is good to know of where it stands. */
const remarks = ({ weight, region, token, load_balancing }: GatewayView): string =>
  [
    ...(weight === 0 ? ['drained'] : weight === 100 ? [] : [`weight ${weight}`]),
    ...(load_balancing === null ? [] : [load_balancing.replaceAll('_', ' ')]),
    ...(region === null ? [] : [region]),
    ...(token === 'none' ? ['no token'] : token === 'refused' ? ['token refused'] : []),
  ].join(', ');

/** What does not serve is named; what does is counted. */
const idleLines = ({ gateway, executors }: GatewayView): readonly string[] =>
  executors
    .filter((executor) => !executor.serving)
    .map(({ name, status }) => `  ${inline(gateway)}: ${inline(name)} is ${inline(status)}`);

export const gatewayList = (rows: readonly GatewayView[], style: Style): string => {
  if (rows.length === 0) return 'There are no gateways.';
  const table = columns(
    ['gateway', 'environment', 'health', 'version', 'executors', 'capacity', 'latency', 'remarks'],
    rows.map((row) => [
      row.gateway,
      row.environments.join(', ') || null,
      row.healthy ? 'ok' : 'down',
      row.version,
      serving(row),
      usage(row),
      row.latency_ms === null ? null : `${row.latency_ms} ms`,
      remarks(row),
    ]),
    style.bold,
  );
  const idle = rows.flatMap(idleLines);
  return idle.length === 0 ? table : [table, '', ...idle].join('\n');
};
