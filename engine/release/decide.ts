import type { Occurrence, OccurrenceOutcome, ReleaseRecord } from '../state/index.ts';
import { graceMs } from './due.ts';

/** So often something is begun whose process died each time. */
export const mostAttempts = 10;

/** What becomes of something that is due. */
export type Decision =
  /** It is released now: for the first time, on from where a worker died, or again because its process had died. */
  | { readonly action: 'begin' }
  /** Its release waits, or is under way. */
  | { readonly action: 'leave' }
  | { readonly action: 'settle'; readonly outcome: OccurrenceOutcome; readonly note: string | null };

/** What refused it before it began, be it a hold, a busy place or a gateway that is away, may be gone the next time. */
const wasPrevented = ({ state, failure }: ReleaseRecord): boolean =>
  state === 'cancelled' && failure !== null && failure.step !== 'approval';

/** Until what was prevented is tried again: longer each time, so that what stays as it is leaves few releases behind. */
const pauseMs = (attempts: number): number => Math.min(30_000 * 2 ** (attempts - 1), 6 * 3_600_000);

/** Nobody decided against these: they ended because their process did. */
const wasCutShort = ({ failure }: ReleaseRecord): boolean =>
  failure?.code === 'process-died' || failure?.code === 'release-interrupted';

const settle = (outcome: OccurrenceOutcome, note: string | null): Decision => ({ action: 'settle', outcome, note });

interface Moment {
  readonly newer: boolean;
  readonly now: Date;
}

const isLate = ({ cause, dueAt }: Occurrence, now: Date): boolean =>
  cause === 'schedule' && now.getTime() - dueAt.getTime() > graceMs;

const prevented = (occurrence: Occurrence, { endedAt, failure }: ReleaseRecord, { newer, now }: Moment): Decision => {
  if (newer) return settle('superseded', 'a later one is due');
  if (isLate(occurrence, now)) return settle('missed', failure?.message ?? null);
  const again = (endedAt?.getTime() ?? 0) + pauseMs(occurrence.attempts);
  return { action: now.getTime() < again ? 'leave' : 'begin' };
};

const ended = ({ attempts }: Occurrence, release: ReleaseRecord): Decision => {
  const { id, state } = release;
  const note = `release ${id.slice(0, 8)} ended ${state.replaceAll('_', ' ')}`;
  if (state === 'superseded') return settle('superseded', note);
  if (state === 'succeeded' || !wasCutShort(release)) return settle('released', note);
  return attempts < mostAttempts
    ? { action: 'begin' }
    : settle('given_up', `${note}, cut short, after ${attempts} attempts`);
};

/**
 * What becomes of something that is due, from its release as it is recorded, once whatever a dead process left was
 * recovered. `newer`: the same schedule is due again, or a later version is there. Pure.
 */
export const decide = (
  occurrence: Occurrence,
  release: ReleaseRecord | undefined,
  { newer, now }: Moment,
): Decision => {
  if (release?.endedAt && wasPrevented(release)) return prevented(occurrence, release, { newer, now });
  if (release?.endedAt) {
    const decision = ended(occurrence, release);
    return decision.action === 'begin' && newer ? settle('superseded', 'a later one is due') : decision;
  }
  if (release) return { action: release.state === 'pending_gates' ? 'begin' : 'leave' };
  if (occurrence.attempts > 0) return settle('given_up', 'its release was forgotten');
  if (newer) return settle('superseded', occurrence.note ?? 'a later one is due');
  return isLate(occurrence, now) ? settle('missed', occurrence.note ?? 'no worker was there') : { action: 'begin' };
};
