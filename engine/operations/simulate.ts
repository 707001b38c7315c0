import {
  type Closure,
  closesAt,
  closuresAt,
  nextPublish,
  opensAt,
  type ScheduleConfig,
  type TargetConfig,
  type WindowSets,
} from '../config/index.ts';
import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { type Hold, holdStops, listHolds, momentNow, type ReleaseRecord, waitingReleases } from '../state/index.ts';
import { type OperationContext, withSession } from './session.ts';
import { targetInForce } from './target-in-force.ts';
import { isEnabled, requireTarget } from './targets.ts';

/** Something that will happen by itself. */
export interface SimulatedEvent {
  /** ISO 8601, UTC; so are all times. */
  readonly at: string;
  /** Null where it concerns every target, or what several share. */
  readonly target: string | null;
  readonly event:
    | 'window_closes'
    | 'window_opens'
    | 'hold_begins'
    | 'hold_ends'
    | 'publish_announced'
    | 'publish_begins'
    | 'release_rejected'
    | 'release_overdue';
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
  /** When its schedule begins a release at the earliest; null where it has none. */
  readonly publishes_at: string | null;
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

/** Each due time of a schedule in a time, and each announcement of one. */
const publishEvents = (
  target: string,
  schedule: ScheduleConfig | undefined,
  from: Date,
  to: Date,
): readonly SimulatedEvent[] => {
  const events: SimulatedEvent[] = [];
  // One that is announced by then may be due after that.
  const last = new Date(to.getTime() + (schedule?.announceMs ?? 0));
  for (let due = nextPublish(schedule, from); due && due <= last; due = nextPublish(schedule, due)) {
    if (events.length >= mostOfTarget) break;
    const detail = `${schedule?.version ?? 'what it wants then'} (${schedule?.cron} ${schedule?.timezone})`;
    const announced = new Date(due.getTime() - (schedule?.announceMs ?? 0));
    if (schedule && schedule.announceMs > 0 && announced > from && announced <= to) {
      events.push({ at: announced.toISOString(), target, event: 'publish_announced', detail: due.toISOString() });
    }
    if (due <= to) events.push({ at: due.toISOString(), target, event: 'publish_begins', detail });
  }
  return events;
};

const holdEvents = (holds: readonly Hold[], from: Date, to: Date): readonly SimulatedEvent[] =>
  holds.flatMap(({ target, environment, begins, until, reason }) => {
    const detail = environment === null ? reason : `every target of ${environment}: ${reason}`;
    const at = (moment: Date | null, event: SimulatedEvent['event']): readonly SimulatedEvent[] =>
      moment === null || moment <= from || moment > to ? [] : [{ at: moment.toISOString(), target, event, detail }];
    return [...at(begins, 'hold_begins'), ...at(until, 'hold_ends')];
  });

const releaseEvents = (releases: readonly ReleaseRecord[], from: Date, to: Date): readonly SimulatedEvent[] =>
  releases.flatMap(({ id, target, version, dueAt, rejectedWhenDue }) => {
    if (!dueAt || dueAt > to) return [];
    // What is overdue already is settled by whoever comes next.
    const at = dueAt < from ? from : dueAt;
    const event = rejectedWhenDue ? ('release_rejected' as const) : ('release_overdue' as const);
    const detail = `release ${id.slice(0, 8)} of ${version || 'the configuration'}: its approvals are not complete`;
    return [{ at: at.toISOString(), target: target || null, event, detail }];
  });

const targetAt = (target: TargetConfig, holds: readonly Hold[], at: Date): SimulatedTarget => {
  const { windows: sets, schedule } = target;
  // A release that its schedule begins then may begin: it is looked for from right before that moment.
  const publishes = nextPublish(schedule, new Date(at.getTime() - 1));
  const isDue = publishes?.getTime() === at.getTime();
  const stopping = holds.filter(
    (hold) => holdStops(hold, target) && (!hold.begins || hold.begins <= at) && (!hold.until || hold.until > at),
  );
  const reasons = [
    ...(target.enabled ? [] : ['it or its environment is disabled']),
    ...stopping.map(({ reason }) => `held: ${reason}`),
    ...closuresAt(sets, at).map(nameOf),
    ...(publishes && !isDue ? [`it is published on a schedule, and next at ${publishes.toISOString()}`] : []),
  ];
  const opens = opensAt(sets, at);
  return {
    target: target.name,
    may_begin: reasons.length === 0,
    reasons,
    opens_at: opens?.toISOString() ?? null,
    publishes_at: publishes?.toISOString() ?? null,
  };
};

const byTime = (left: SimulatedEvent, right: SimulatedEvent): number =>
  left.at.localeCompare(right.at) || (left.target ?? '').localeCompare(right.target ?? '');

/** `m3forge simulate`: what windows, schedules, holds and time-outs come to by some moment, on a clock of its own. Changes nothing. */
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
    const holds = (await listHolds(state)).filter(
      (hold) =>
        (hold.state === 'in_force' || hold.state === 'to_come') &&
        (request.targets.length === 0 || targets.some((target) => holdStops(hold, target))),
    );
    const waiting = (await waitingReleases(state)).filter(({ target }) => isMeant(target));
    const simulated: SimulatedTarget[] = [];
    const events = [...holdEvents(holds, from, at), ...releaseEvents(waiting, from, at)];
    let cut = false;
    for (const target of targets) {
      const inForce = await targetInForce(session, target);
      const sets = inForce.windows;
      const edges = [
        ...windowEvents(target.name, sets, from, at),
        ...(isEnabled(config, target) ? publishEvents(target.name, inForce.schedule, from, at) : []),
      ];
      cut ||= edges.length >= mostOfTarget;
      events.push(...edges);
      simulated.push(targetAt({ ...inForce, enabled: inForce.enabled && isEnabled(config, target) }, holds, at));
    }
    return success({
      from: from.toISOString(),
      at: at.toISOString(),
      targets: simulated,
      events: events.sort(byTime),
      cut,
    });
  });
