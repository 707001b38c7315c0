import { percentile } from '../../engine/operations/metrics-figures.ts';
import type { Outcome } from './tasks.ts';

const kindOf = (name: string): string => {
  const [database = '', second = '', third = ''] = name.split('/');
  const where =
    second === 'contest'
      ? `contests of ${third}`
      : second === 'history'
        ? 'histories'
        : (/^(commit|files|reads|socket|pack)@/.exec(third)?.[1] ?? 'fail points');
  return `${database}, ${where}`;
};

/** What recovery may take at the 99th percentile, the start of its process included. */
const mostRecoveryMs = 2000;

/** Of fewer the 99th percentile is the slowest one, which says how busy the machine was. */
const fewestRecoveries = 100;

/** What a run of the harness has to say at its end, and whether it failed. */
export const summarise = (
  outcomes: readonly (Outcome & { readonly name: string })[],
  points: readonly string[],
  missedPlants: readonly string[],
  plantCount: number,
): { readonly text: string; readonly failed: boolean } => {
  const byKind = new Map<string, number>();
  for (const { name } of outcomes) byKind.set(kindOf(name), (byKind.get(kindOf(name)) ?? 0) + 1);
  const hits = new Set(outcomes.flatMap((outcome) => outcome.hits));
  const missed = points.filter((point) => !hits.has(point));
  const violations = outcomes.flatMap(({ name, violations: found }) =>
    found.map((violation) => ({ name, ...violation })),
  );
  const recoveries = outcomes.flatMap(({ recoveryMs }) => recoveryMs ?? []);
  const unstruck = outcomes.filter(({ struck }) => !struck).map(({ name }) => name);
  const slowest = Math.round(percentile(recoveries, 99) ?? 0);
  const isHeld = recoveries.length >= fewestRecoveries;
  const lines = [
    ...[...byKind].map(([kind, count]) => `${kind}: ${count}`),
    `faults that found nothing to strike: ${unstruck.length}`,
    ...unstruck.map((name) => `  ${name}`),
    `recovery, process start included: p50 ${Math.round(percentile(recoveries, 50) ?? 0)} ms, p99 ${slowest} ms${isHeld ? ` of at most ${mostRecoveryMs} ms` : ''}, of ${recoveries.length} that had something to recover`,
    ...(points.length > 0
      ? [
          `fail points hit: ${points.length - missed.length} of ${points.length}${missed.length > 0 ? `; never: ${missed.join(', ')}` : ''}`,
        ]
      : []),
    ...(plantCount > 0 ? [`planted bugs caught: ${plantCount - missedPlants.length} of ${plantCount}`] : []),
    `violations: ${violations.length}`,
    ...violations.map(({ name, invariant }) => `  ${invariant} in ${name}`),
  ];
  const found = violations.length + missed.length + missedPlants.length + unstruck.length;
  return { text: lines.join('\n'), failed: found > 0 || (isHeld && slowest > mostRecoveryMs) };
};
