import { durationOf, type JsonObject, nextTime, type Recurrence, spanAround } from '../values/index.ts';
import type { WindowFile } from './file-windows.ts';

/** A time span that recurs, in which releases may begin, or may not. */
export interface WindowConfig extends Recurrence {
  readonly kind: 'allow' | 'deny';
  /** As it is written: `63h`. */
  readonly duration: string;
  readonly reason?: string;
  /** Whom to ask. */
  readonly owner?: string;
  /** What becomes of a release that is under way when the window closes. */
  readonly onBoundary: 'finish' | 'pause' | 'abort';
}

const windowsOf = (written: readonly WindowFile[] = []): readonly WindowConfig[] =>
  written.flatMap((one) =>
    one === null
      ? []
      : [
          {
            kind: one.kind,
            cron: one.cron ?? '',
            timezone: one.timezone ?? 'UTC',
            duration: one.duration ?? '',
            durationMs: durationOf(one.duration ?? '') ?? 0,
            ...(one.reason !== undefined && { reason: one.reason }),
            ...(one.owner !== undefined && { owner: one.owner }),
            onBoundary: one.on_boundary ?? 'finish',
          },
        ],
  );

/** A window in the words of the file, defaults filled in. */
export const windowBody = ({
  kind,
  cron,
  timezone,
  duration,
  reason,
  owner,
  onBoundary,
}: WindowConfig): JsonObject => ({
  ...{ kind, cron, timezone, duration },
  ...(reason !== undefined && { reason }),
  ...(owner !== undefined && { owner }),
  on_boundary: onBoundary,
});

/** Windows that are judged together: those of the file, and those that are recorded. Each must let a release begin. */
export type WindowSets = readonly (readonly WindowConfig[])[];

export const windowSetsOf = (written: readonly WindowFile[] | undefined): WindowSets => {
  const windows = windowsOf(written);
  return windows.length === 0 ? [] : [windows];
};

/** What keeps a release from beginning at some moment. */
export interface Closure {
  /** The window that forbids; undefined where none of those that allow is open. */
  readonly window: WindowConfig | undefined;
  /** When this, by itself, is over; null where it never is. */
  readonly until: Date | null;
}

const earliest = (times: readonly (Date | null)[]): Date | null =>
  times.reduce((first, one) => (first === null || (one !== null && one < first) ? one : first), null);

/** Why a set of windows keeps a release from beginning at a moment; none where it does not. Those that forbid win. */
const closuresOf = (windows: readonly WindowConfig[], at: Date): readonly Closure[] => {
  const denied = windows.flatMap((window): readonly Closure[] => {
    const span = window.kind === 'deny' ? spanAround(window, at) : undefined;
    return span ? [{ window, until: span.end }] : [];
  });
  const allowing = windows.filter(({ kind }) => kind === 'allow');
  if (allowing.length === 0 || allowing.some((window) => spanAround(window, at))) return denied;
  return [...denied, { window: undefined, until: earliest(allowing.map((window) => nextTime(window, at))) }];
};

/** Everything of the windows that keeps a release from beginning at a moment. Pure. */
export const closuresAt = (sets: WindowSets, at: Date): readonly Closure[] => {
  const seen = new Set<string>();
  return sets
    .flatMap((windows) => closuresOf(windows, at))
    .filter(({ window, until }) => {
      const key = JSON.stringify([window ?? null, until]);
      return !seen.has(key) && seen.add(key);
    });
};

/** A window that allows, and when it ends. */
interface OpenWindow {
  readonly window: WindowConfig;
  readonly end: Date;
}

/** Of the windows that allow at a moment, the one that ends last; undefined where none does. */
const lastOpen = (windows: readonly WindowConfig[], at: Date): OpenWindow | undefined =>
  windows
    .flatMap((window): readonly OpenWindow[] => {
      const span = window.kind === 'allow' ? spanAround(window, at) : undefined;
      return span ? [{ window, end: span.end }] : [];
    })
    .reduce<OpenWindow | undefined>(
      (latest, one) => (latest === undefined || one.end > latest.end ? one : latest),
      undefined,
    );

/** The window that allows at a moment, or follows on one that does without a gap, and that none follows on. */
const lastInRow = (windows: readonly WindowConfig[], at: Date): OpenWindow | undefined => {
  let last = lastOpen(windows, at);
  for (let tried = 0; last !== undefined && tried < mostClosures; tried += 1) {
    const next = lastOpen(windows, last.end);
    if (next === undefined) return last;
    last = next;
  }
  return undefined;
};

/** When a set closes with a window that does so to what is under way; null where none does. */
const setEndsAt = (windows: readonly WindowConfig[], at: Date, boundary: 'pause' | 'abort'): Date | null => {
  if (!windows.some(({ onBoundary }) => onBoundary === boundary)) return null;
  const denies = windows.filter((window) => window.kind === 'deny' && window.onBoundary === boundary);
  const last = lastInRow(windows, at);
  const starts = denies.map((window) => nextTime(window, at));
  return earliest([...starts, last?.window.onBoundary === boundary ? last.end : null]);
};

/** When a window closes that ends a release under way in which nothing was activated; null where none does. Pure. */
export const abortsAt = (sets: WindowSets, at: Date): Date | null =>
  earliest(sets.map((windows) => setEndsAt(windows, at, 'abort')));

/** The same of one that lets such a release wait. */
export const pausesAt = (sets: WindowSets, at: Date): Date | null =>
  earliest(sets.map((windows) => setEndsAt(windows, at, 'pause')));

/** So many closures one after the other count as never open: a window of an hour that follows on itself, for four months. */
const mostClosures = 3000;

/** The first moment from `at` on at which a release may begin; null where that never comes. Pure. */
export const opensAt = (sets: WindowSets, at: Date): Date | null => {
  let moment = at;
  for (let tried = 0; tried < mostClosures; tried += 1) {
    const closures = closuresAt(sets, moment);
    if (closures.length === 0) return moment;
    if (closures.some(({ until }) => until === null)) return null;
    moment = closures.reduce((last, { until }) => (until && until > last ? until : last), moment);
  }
  return null;
};

/** The next moment after `at` at which a window may close: one that forbids begins, or one that allows ends. */
const nextEdge = (sets: WindowSets, at: Date): Date | null =>
  earliest(
    sets
      .flat()
      .map((window) => (window.kind === 'deny' ? nextTime(window, at) : (spanAround(window, at)?.end ?? null))),
  );

/** The first moment after `at`, at which they are open, at which windows let no release begin; null where that never comes. Pure. */
export const closesAt = (sets: WindowSets, at: Date): Date | null => {
  let moment: Date | null = at;
  for (let tried = 0; moment !== null && tried < mostClosures; tried += 1) {
    moment = nextEdge(sets, moment);
    if (moment !== null && closuresAt(sets, moment).length > 0) return moment;
  }
  return null;
};
