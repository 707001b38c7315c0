import type { Simulation } from '../../operations/index.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';
import { moment, spaced } from './words.ts';

/** What time alone brings: what happens until then, and what holds then. */
export const simulationText = ({ from, at, targets, events, cut }: Simulation, style: Style): string => {
  const happens = columns(
    ['when', 'target', 'what', 'why'],
    events.map((event) => [moment(event.at), event.target ?? 'every one', spaced(event.event), event.detail]),
    style.bold,
  );
  const then = columns(
    ['target', 'a release', 'why not', 'windows open'],
    targets.map(({ target, may_begin: may, reasons, opens_at: opens }) => [
      ...[target, may ? 'may begin' : 'does not begin', reasons.join('; ')],
      may ? 'now' : opens === null ? 'never' : moment(opens),
    ]),
    style.bold,
  );
  const span = `from ${moment(from)} to ${moment(at)}`;
  return [
    ...(events.length === 0 ? [`Nothing happens by itself ${span}.`] : [style.bold(`By itself ${span}`), happens]),
    ...(cut ? ['There is more than is told here; look at a shorter time.'] : []),
    '',
    style.bold(`At ${moment(at)}`),
    then,
  ].join('\n');
};
