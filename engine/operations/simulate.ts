import {
  type Closure,
  type Config,
  closesAt,
  closuresAt,
  opensAt,
  type TargetConfig,
  type WindowSets,
} from '../config/index.ts';
import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { findPlace, type Hold, listHolds, momentNow, type ReleaseRecord, waitingReleases } from '../state/index.ts';
import { noScope, readConfiguration } from './configuration.ts';
import { holdTarget } from './plan-desired.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { isEnabled, requireTarget } from './targets.ts';

/** Something that will happen by itself. */
export interface SimulatedEvent {
  /** ISO 8601, UTC; so are all times. */
  readonly at: string;
  /** Null where it concerns every target, or what several share. */
  readonly target: string | null;
  readonly event: 'window_closes' | 'window_opens' | 'hold_ends' | 'release_rejected' | 'release_overdue';
  readonly detail: string;
}

/** Whether a release to a target could begin at the moment that is simulated. */
export interface SimulatedTarget {
  readonly target: string;
  readonly may_begin: boolean;
  /** Why not. */
  readonly reasons: readonly string[];
  /** When its windows let one begin; null where they never do. */
  readonly opens_at: string | null;
}

/** What time alone brings between now and a moment. */
export interface Simulation {
  readonly from: string;
  readonly at: string;
  readonly targets: readonly SimulatedTarget[];
  /** In the order in which they happen. */
  readonly events: readonly SimulatedEvent[];
  /** There are more than are told. */
  readonly cut: boolean;
}

/** So many openings and closings of one target are told. */
const mostOfTarget = 200;

/** What a closure is called. */
const nameOf = ({ window }: Closure): string =>
  window === undefined
    ? 'none of the windows that allow releases is open'
    : (window.reason ?? 'a window forbids releases');

/** Each opening and closing of the windows of a target in a time. */
const windowEvents = (target: string, sets: WindowSets, from: Date, to: Date): readonly SimulatedEvent[] => {
  const events: SimulatedEvent[] = [];
  let moment = from;
  while (events.length < mostOfTarget) {
    const closures = closuresAt(sets, moment);
    const isOpen = closures.length === 0;
    const next = isOpen ? closesAt(sets, moment) : opensAt(sets, moment);
    if (next === null || next > to) break;
    const why = isOpen ? closuresAt(sets, next) : closures;
    events.push({
      at: next.toISOString(),
      target,
      event: isOpen ? 'window_closes' : 'window_opens',
      detail: [...new Set(why.map(nameOf))].join('; '),
    });
    moment = next;
  }
  return events;
};

const holdEvents = (holds: readonly Hold[], to: Date): readonly SimulatedEvent[] =>
  holds.flatMap(({ target, until, reason }) =>
    until === null || until > to ? [] : [{ at: until.toISOString(), target, event: 'hold_ends', detail: reason }],
  );

const releaseEvents = (releases: readonly ReleaseRecord[], from: Date, to: Date): readonly SimulatedEvent[] =>
  releases.flatMap(({ id, target, version, dueAt, rejectedWhenDue }) => {
    if (!dueAt || dueAt > to) return [];
    // What is overdue already is settled by whoever comes next.
    const at = dueAt < from ? from : dueAt;
    const event = rejectedWhenDue ? ('release_rejected' as const) : ('release_overdue' as const);
    const detail = `release ${id.slice(0, 8)} of ${version || 'the configuration'}: its approvals are not complete`;
    return [{ at: at.toISOString(), target: target || null, event, detail }];
  });

const targetAt = (config: Config, target: TargetConfig, holds: readonly Hold[], at: Date): SimulatedTarget => {
  const stopping = holds.filter(
    (hold) => (hold.target ?? target.name) === target.name && (!hold.until || hold.until > at),
  );
  const reasons = [
    ...(isEnabled(config, target) ? [] : ['it or its environment is disabled']),
    ...stopping.map(({ reason }) => `held: ${reason}`),
    ...closuresAt(target.windows, at).map(nameOf),
  ];
  const opens = opensAt(target.windows, at);
  return { target: target.name, may_begin: reasons.length === 0, reasons, opens_at: opens?.toISOString() ?? null };
};

/** A target with the rules that really hold for it: those of the file and those that are recorded. */
const inForce = async (session: Session, target: TargetConfig): Promise<TargetConfig> => {
  const configuration = await readConfiguration(session, noScope);
  const place = await session.place(target);
  const known = await findPlace(session.state, { address: place.address });
  return holdTarget(configuration, target, known?.id).target;
};

const byTime = (left: SimulatedEvent, right: SimulatedEvent): number =>
  left.at.localeCompare(right.at) || (left.target ?? '').localeCompare(right.target ?? '');

/** `m3forge simulate`: what windows, holds and time-outs come to by some moment, on a clock of its own. Changes nothing. */
export const simulate = (
  context: OperationContext,
  request: { readonly at: Date; readonly targets: readonly string[]; readonly lockTimeoutMs: number },
): Promise<Outcome<Simulation>> =>
  withSession(context, { command: 'm3forge simulate', permit: 'view', ...request }, async (session) => {
    const { config, state } = session;
    const names = request.targets.length > 0 ? request.targets : [...config.targets.keys()];
    const targets = names.map((name) => requireTarget(config, name));
    const from = await momentNow(state);
    const { at } = request;
    if (at < from) {
      throw refuse('usage-flag-value', {
        detail: `${at.toISOString()} is in the past.`,
        hint: 'What happened until now is told by "m3forge history" and "m3forge audit list".',
      });
    }
    const isMeant = (target: string | null): boolean =>
      request.targets.length === 0 || target === null || names.includes(target);
    const holds = (await listHolds(state)).filter(({ target }) => isMeant(target));
    const waiting = (await waitingReleases(state)).filter(({ target }) => isMeant(target));
    const simulated: SimulatedTarget[] = [];
    const events = [...holdEvents(holds, at), ...releaseEvents(waiting, from, at)];
    let cut = false;
    for (const target of targets) {
      const held = await inForce(session, target);
      const edges = windowEvents(target.name, held.windows, from, at);
      cut ||= edges.length === mostOfTarget;
      events.push(...edges);
      simulated.push(targetAt(config, held, holds, at));
    }
    return success({
      from: from.toISOString(),
      at: at.toISOString(),
      targets: simulated,
      events: events.sort(byTime),
      cut,
    });
  });
