import type { EventName, NotificationConfig, TargetConfig } from '../config/index.ts';
import { digestOfSink, type Happening, type Sink } from '../state/index.ts';

type Told = Pick<TargetConfig, 'name' | 'environment' | 'notifications'>;

/** Where something is told, and for which target. */
export interface Chosen {
  /** Null where it is about no one target. */
  readonly target: string | null;
  readonly sink: Sink;
}

/**
 * The events under which somebody may want to be told of it. A recovery is also the end that it came to, and a rollback by
 * hand also a going back.
 */
export const eventsOf = (
  happening: Exclude<Happening, { readonly event: 'test' | 'deployment' }>,
): readonly EventName[] => {
  if (happening.event === 'recovered') return ['recovered', happening.outcome];
  if (happening.event === 'succeeded' && happening.kind === 'rollback') return ['succeeded', 'rolled_back'];
  return [happening.event];
};

export const sinkOf = ({ provider, options }: NotificationConfig): Sink => ({ provider, options });

const wants = ({ events }: NotificationConfig, told: readonly EventName[]): boolean =>
  events === undefined || told.some((event) => events.includes(event));

/**
 * Who is told of something: those of its target, or those of all targets, or of all of its environment, where it
 * concerns no one target alone. Each place
 * once, however often the configuration names it. Pure.
 */
export const chooseSinks = (targets: Iterable<Told>, happening: Happening): readonly Chosen[] => {
  // Of these it is settled where they go.
  if (happening.event === 'test' || happening.event === 'deployment') return [];
  const target = 'target' in happening ? happening.target : null;
  const told = eventsOf(happening);
  const within = 'environment' in happening ? happening.environment : null;
  const concerned = [...targets].filter(({ name, environment }) =>
    target === null ? within === null || environment === within : name === target,
  );
  const sinks = concerned.flatMap(({ notifications }) => notifications.filter((one) => wants(one, told)).map(sinkOf));
  const each = new Map(sinks.map((sink) => [digestOfSink(sink), sink]));
  return [...each.values()].map((sink) => ({ target, sink }));
};
