import type { ReleaseRecord, ReleaseState } from '../state/index.ts';
import { isUntagged } from '../versions/index.ts';

/** A span of time; its end is not part of it. */
export interface Period {
  readonly start: Date;
  readonly end: Date;
}

type Identity = Pick<ReleaseRecord, 'id' | 'n' | 'placeId' | 'environment' | 'kind' | 'version' | 'isEmergency'>;
type Course = Pick<ReleaseRecord, 'state' | 'failure' | 'fromSeq' | 'seq' | 'waitingSince' | 'startedAt' | 'endedAt'>;

/** As much of a release as is measured. */
export type MeasuredRelease = Identity & Course;

/** What the figures are made of. */
export interface Measured {
  readonly period: Period;
  /** All that were ever recorded of the targets that are asked for, in any order. */
  readonly releases: readonly MeasuredRelease[];
  /** Whether an environment is one for production. */
  readonly isProduction: (environment: string) => boolean;
  /** When the commit of a version was made; versions whose commit nobody knows any more are left out. */
  readonly committedAt: ReadonlyMap<string, Date>;
  /** How many reviews of their emergencies are open now. */
  readonly openReviews: number;
}

/** The product's target for a metric; it is met by what is really above, or really below. */
export type MetricTarget =
  | { readonly above_ratio: number }
  | { readonly below_ratio: number }
  | { readonly below_ms: number };

/** How a figure stands against its target. */
export interface Judged {
  readonly target: MetricTarget | null;
  /** Null where there is no target, or nothing to measure. */
  readonly met: boolean | null;
  /** Why there is no figure; null where there is one. */
  readonly reason: string | null;
}

/** Mean, median and 95th percentile; null where there is nothing to measure. The last two by nearest rank. */
export interface Spread {
  readonly mean_ms: number | null;
  readonly median_ms: number | null;
  readonly p95_ms: number | null;
}

export interface Figures {
  readonly success_rate: Judged & {
    readonly success_ratio: number | null;
    readonly attempts: number;
    readonly succeeded: number;
    readonly failed: number;
    readonly rolled_back: number;
    readonly rollback_failed: number;
    /** Of those that failed, the ones that a gate stopped before anything was touched. */
    readonly stopped_by_gates: number;
  };
  readonly time_to_publish: Judged & Spread & { readonly releases: number };
  readonly rollback_rate: Judged & {
    readonly rollback_ratio: number | null;
    readonly releases: number;
    readonly by_itself: number;
    readonly by_hand: number;
  };
  readonly approval_wait: Judged & Spread & { readonly releases: number };
  readonly lead_time: Judged &
    Spread & {
      readonly versions: number;
      readonly left_out: { readonly commit_unknown: number; readonly committed_later: number };
    };
  readonly versions: Judged & { readonly count: number };
  /** Those that began in the period, and what has not passed its gates by now. */
  readonly emergencies: Judged & { readonly count: number; readonly open_reviews: number };
  readonly deployments: Judged & {
    readonly count: number;
    readonly rollbacks: number;
    readonly restores: number;
    readonly not_attempts: { readonly cancelled: number; readonly rejected: number; readonly superseded: number };
  };
}

const minuteMs = 60_000;

/** As the product documents set them. A publish is measured by its working time. */
const targets = {
  success: { above_ratio: 0.95 },
  publish: { below_ms: 5 * minuteMs },
  rollback: { below_ratio: 0.05 },
  approval: { below_ms: 4 * 60 * minuteMs },
} as const;

const isMet = (value: number, target: MetricTarget): boolean => {
  if ('above_ratio' in target) return value > target.above_ratio;
  return value < ('below_ratio' in target ? target.below_ratio : target.below_ms);
};

/** A figure against its target; `reason` is why there is none, where there is none. */
const judged = (value: number | null, target: MetricTarget | null, reason: string): Judged => ({
  target,
  met: value === null || target === null ? null : isMet(value, target),
  reason: value === null ? reason : null,
});

/** A count is a figure where it is 0, too. */
const plain: Judged = { target: null, met: null, reason: null };

const ratioOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The smallest value that so many percent of them do not exceed: nearest rank, so always one that really occurred. */
export const percentile = (values: readonly number[], percent: number): number | null => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(Math.ceil((sorted.length * percent) / 100), 1) - 1] ?? null;
};

export const spreadOf = (values: readonly number[]): Spread => ({
  mean_ms: values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length),
  median_ms: percentile(values, 50),
  p95_ms: percentile(values, 95),
});

const isIn = ({ start, end }: Period, moment: Date | null): moment is Date =>
  moment !== null && start <= moment && moment < end;

const isDeployment = ({ kind, state }: MeasuredRelease): boolean => kind === 'release' && state === 'succeeded';

const wentBack: readonly ReleaseState[] = ['rolled_back', 'rollback_failed'];
const endsOfAttempts: readonly ReleaseState[] = ['succeeded', 'failed', ...wentBack];

/** Releases that ended in the period one way or the other: not those that nobody let begin. */
const attemptsOf = ({ releases, period }: Measured): readonly MeasuredRelease[] =>
  releases.filter(
    ({ kind, state, endedAt }) => kind === 'release' && endsOfAttempts.includes(state) && isIn(period, endedAt),
  );

const successRate = (attempts: readonly MeasuredRelease[]): Figures['success_rate'] => {
  const count = (wanted: ReleaseState): number => attempts.filter(({ state }) => state === wanted).length;
  const ratio = ratioOf(count('succeeded'), attempts.length);
  return {
    success_ratio: ratio,
    attempts: attempts.length,
    succeeded: count('succeeded'),
    failed: count('failed'),
    rolled_back: count('rolled_back'),
    rollback_failed: count('rollback_failed'),
    stopped_by_gates: attempts.filter(({ failure }) => failure?.step === 'gates').length,
    ...judged(ratio, targets.success, 'no release ended in the period'),
  };
};

/** From the start under the lease to the end; a clock that was set back in between makes no time negative. */
const workingMs = ({ startedAt, endedAt }: MeasuredRelease): readonly number[] =>
  startedAt && endedAt ? [Math.max(endedAt.getTime() - startedAt.getTime(), 0)] : [];

const timeToPublish = (attempts: readonly MeasuredRelease[]): Figures['time_to_publish'] => {
  const times = attempts.filter(isDeployment).flatMap(workingMs);
  const spread = spreadOf(times);
  return {
    ...spread,
    releases: times.length,
    ...judged(spread.mean_ms, targets.publish, 'no release succeeded in the period'),
  };
};

/** The release that had brought what a rollback left; the rollback stands for it where it is not recorded. */
const leftBy = (rollback: MeasuredRelease, releases: readonly MeasuredRelease[]): string => {
  const [last] = releases
    .filter(({ kind, n }) => kind === 'release' && n < rollback.n)
    .filter(({ placeId, seq }) => placeId === rollback.placeId && seq === rollback.fromSeq)
    .sort((left, right) => right.n - left.n);
  return (last ?? rollback).id;
};

const rollbackRate = (
  { releases, period }: Measured,
  attempts: readonly MeasuredRelease[],
): Figures['rollback_rate'] => {
  const byItself = new Set(attempts.filter(({ state }) => wentBack.includes(state)).map(({ id }) => id));
  const byHand = new Set(
    releases
      .filter(({ kind, state, endedAt }) => kind === 'rollback' && state === 'succeeded' && isIn(period, endedAt))
      .map((rollback) => leftBy(rollback, releases)),
  );
  const whole = new Set([...attempts.map(({ id }) => id), ...byHand]).size;
  const back = new Set([...byItself, ...byHand]).size;
  const ratio = ratioOf(back, whole);
  return {
    rollback_ratio: ratio,
    releases: whole,
    by_itself: byItself.size,
    by_hand: back - byItself.size,
    ...judged(ratio, targets.rollback, 'no release ended in the period, and none was rolled back'),
  };
};

/** From when a release began to wait for approvals until it began, of those that began in the period. */
const approvalWait = ({ releases, period }: Measured): Figures['approval_wait'] => {
  const waits = releases.flatMap(({ waitingSince, startedAt }) =>
    waitingSince && isIn(period, startedAt) ? [startedAt.getTime() - waitingSince.getTime()] : [],
  );
  const spread = spreadOf(waits);
  return {
    ...spread,
    releases: waits.length,
    ...judged(spread.mean_ms, targets.approval, 'no release asked for approvals'),
  };
};

/** Each key with its earliest moment. */
const earliest = (moments: readonly (readonly [key: string, at: Date])[]): ReadonlyMap<string, Date> => {
  const first = new Map<string, Date>();
  for (const [key, at] of moments) {
    const known = first.get(key);
    if (!known || at < known) first.set(key, at);
  }
  return first;
};

/** The versions whose first successful release to production ended in the period, with that end. */
export const reachedProduction = ({
  period,
  releases,
  isProduction,
}: Omit<Measured, 'committedAt' | 'openReviews'>): ReadonlyMap<string, Date> => {
  const ends = releases
    .filter((release) => isDeployment(release) && isProduction(release.environment))
    .flatMap(({ version, endedAt }) => (endedAt ? [[version, endedAt] as const] : []));
  return new Map([...earliest(ends)].filter(([, end]) => isIn(period, end)));
};

const leadTime = (measured: Measured): Figures['lead_time'] => {
  const reached = [...reachedProduction(measured)];
  const known = reached.flatMap(([version, end]) => {
    const committed = measured.committedAt.get(version);
    return committed ? [end.getTime() - committed.getTime()] : [];
  });
  // A commit of after its release was made where the clock was wrong: what it says of the time is worth nothing.
  const times = known.filter((time) => time >= 0);
  const spread = spreadOf(times);
  const reason =
    reached.length === 0
      ? 'no version reached production for the first time in the period'
      : 'nobody can say when what reached production was committed';
  return {
    ...spread,
    versions: times.length,
    left_out: { commit_unknown: reached.length - known.length, committed_later: known.length - times.length },
    ...judged(spread.mean_ms, null, reason),
  };
};

/** Versions whose first release began in the period; commits that no tag names are none. */
const versionCount = ({ releases, period }: Measured): number => {
  const begun = releases
    .filter(({ kind, version }) => kind === 'release' && !isUntagged(version))
    .flatMap(({ version, startedAt }) => (startedAt ? [[version, startedAt] as const] : []));
  return [...earliest(begun).values()].filter((at) => isIn(period, at)).length;
};

const emergencies = ({ releases, period, openReviews }: Measured): Figures['emergencies'] => ({
  count: releases.filter(({ isEmergency, startedAt }) => isEmergency && isIn(period, startedAt)).length,
  open_reviews: openReviews,
  ...plain,
});

const deployments = ({ releases, period }: Measured): Figures['deployments'] => {
  const ended = releases.filter(({ endedAt }) => isIn(period, endedAt));
  const succeeded = (wanted: MeasuredRelease['kind']): number =>
    ended.filter(({ kind, state }) => kind === wanted && state === 'succeeded').length;
  const count = (wanted: ReleaseState): number => ended.filter(({ state }) => state === wanted).length;
  return {
    count: succeeded('release'),
    rollbacks: succeeded('rollback'),
    restores: succeeded('restore'),
    not_attempts: {
      cancelled: count('cancelled'),
      rejected: count('rejected'),
      superseded: count('superseded'),
    },
    ...plain,
  };
};

/** The figures of a period. Pure; the order of the releases changes nothing. */
export const figuresOf = (measured: Measured): Figures => {
  const attempts = attemptsOf(measured);
  return {
    success_rate: successRate(attempts),
    time_to_publish: timeToPublish(attempts),
    rollback_rate: rollbackRate(measured, attempts),
    approval_wait: approvalWait(measured),
    lead_time: leadTime(measured),
    versions: { count: versionCount(measured), ...plain },
    emergencies: emergencies(measured),
    deployments: deployments(measured),
  };
};
