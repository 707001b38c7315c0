import type { FailpointName } from '../../engine/system/index.ts';
import {
  type Backup,
  bring,
  failingVersion,
  formerSequence,
  isIdle,
  isWhole,
  type Model,
  type Progress,
  prune,
  recover,
  sufficesLast,
  takeBackup,
  versions,
  type Wish,
} from './history-model.ts';
import { handmadeChange, nthBackup } from './history-script.ts';

/** How a command must end: its exit code, and the code of the diagnostic that it must tell. */
export interface Expected {
  readonly exit: number;
  readonly code?: string;
}

/** One command of a history. */
export interface Step {
  /** Whether it makes sense here. */
  readonly isPossible: (model: Model) => boolean;
  /** As it is typed, without the fail points. */
  readonly line: (model: Model) => string;
  /** Where its process is killed. */
  readonly killedAt?: FailpointName;
  /** What it comes to, which the model follows. */
  readonly foresee: (model: Model) => Expected;
}

const done: Expected = { exit: 0 };
const killed: Expected = { exit: 137 };
const always = (): boolean => true;

/** What a release-like command would bring, or how it ends without a release. */
type Intent = (model: Model) => Wish | Expected;

const isWish = (intent: Wish | Expected): intent is Wish => 'kind' in intent;

const applied =
  (named: string | undefined): Intent =>
  (model) => {
    // A range skips what is avoided.
    const version = named ?? versions.findLast((one) => !model.avoided.has(one));
    if (version === undefined) return { exit: 6, code: 'version-all-avoided' };
    if (isIdle(model, version)) return done;
    if (model.avoided.has(version)) return { exit: 6, code: 'release-blocked' };
    return { kind: 'release', version };
  };

const rolledBack =
  (to: string | undefined): Intent =>
  (model) => {
    const former = formerSequence(model, to);
    if (!former) return { exit: 1, code: 'rollback-nowhere' };
    const { version } = former;
    if (isIdle(model, version)) return done;
    return { kind: 'rollback', version, sequence: isWhole(model, former) ? former : undefined };
  };

/** Which backup a number comes to; several numbers come to the same one. */
const nthOf = ({ backups }: Model, nth: number): number => nth % Math.max(1, backups.length);

const restored =
  (nth: number): Intent =>
  (model) => {
    const backup = model.backups[nthOf(model, nth)] as Backup;
    if (!backup.isComplete) return { exit: 1, code: 'backup-incomplete' };
    if (isIdle(model, backup.version)) return done;
    return { kind: 'restore', version: backup.version, backup };
  };

/** Whatever a dead process left is ended first. */
const carriedOut =
  (intent: Intent) =>
  (model: Model): Expected => {
    recover(model);
    const wish = intent(model);
    if (!isWish(wish)) return wish;
    bring(model, wish, 'ended');
    return wish.version === failingVersion ? { exit: 8, code: 'smoke-test-failed' } : done;
  };

interface Point {
  readonly until: Progress;
  readonly isReached: (model: Model, wish: Wish) => boolean;
}

const writes = (_: Model, wish: Wish): boolean => wish.sequence === undefined;
const passes = (_: Model, { version }: Wish): boolean => version !== failingVersion;
const fails = (model: Model, wish: Wish): boolean => !passes(model, wish);

/** How far a release has come at a point, and whether it comes there at all. */
const releasePoints: Readonly<Partial<Record<FailpointName, Point>>> = {
  'after-start-recorded': { until: 'started', isReached: always },
  'backup-written-not-recorded': { until: 'started', isReached: (model) => !sufficesLast(model) },
  'after-backup': { until: 'backed up', isReached: always },
  'write-after-bodies': { until: 'backed up', isReached: writes },
  'write-after-commit': { until: 'written', isReached: writes },
  'after-intent': { until: 'written', isReached: always },
  'activate-before-commit': { until: 'written', isReached: always },
  'activate-after-commit': { until: 'activated', isReached: always },
  'after-verifying-recorded': { until: 'activated', isReached: always },
  'before-success-recorded': { until: 'activated', isReached: passes },
  'after-success-recorded': { until: 'ended', isReached: passes },
  'after-verdict-recorded': { until: 'failed', isReached: fails },
  'before-return-recorded': { until: 'failed', isReached: fails },
  'after-return-recorded': { until: 'ended', isReached: fails },
};

/** A copy to look ahead with. */
const ahead = (model: Model): Model => {
  const copy = structuredClone(model);
  recover(copy);
  return copy;
};

const killedRelease = (line: Step['line'], intent: Intent, killedAt: FailpointName): Step => {
  const { until, isReached } = releasePoints[killedAt] as Point;
  return {
    line,
    killedAt,
    isPossible: (model) => {
      const then = ahead(model);
      const wish = intent(then);
      return isWish(wish) && isReached(then, wish);
    },
    foresee: (model) => {
      recover(model);
      bring(model, intent(model) as Wish, until);
      return killed;
    },
  };
};

const applyLine = (version: string | undefined) => (): string =>
  `m3forge apply --target production${version ? ` --version ${version}` : ''} --yes`;
const rollbackLine = (to: string | undefined) => (): string =>
  `m3forge rollback --target production${to ? ` --to ${to}` : ''} --yes`;
const restoreLine =
  (nth: number) =>
  (model: Model): string =>
    `m3forge backup restore ${nthBackup(nthOf(model, nth) + 1)} --target production --yes`;

export const applyStep = (version: string | undefined): Step => ({
  isPossible: always,
  line: applyLine(version),
  foresee: carriedOut(applied(version)),
});

export const rollbackStep = (to: string | undefined): Step => ({
  isPossible: always,
  line: rollbackLine(to),
  foresee: carriedOut(rolledBack(to)),
});

const hasBackups = ({ backups }: Model): boolean => backups.length > 0;

export const restoreStep = (nth: number): Step => ({
  isPossible: hasBackups,
  line: restoreLine(nth),
  foresee: carriedOut(restored(nth)),
});

/** The points at which a release of any kind is killed. */
export const pointsOfReleases = Object.keys(releasePoints) as readonly FailpointName[];

export const killedApplyStep = (version: string, at: FailpointName): Step =>
  killedRelease(applyLine(version), applied(version), at);

export const killedRollbackStep = (at: FailpointName): Step =>
  killedRelease(rollbackLine(undefined), rolledBack(undefined), at);

export const killedRestoreStep = (nth: number, at: FailpointName): Step => {
  const step = killedRelease(restoreLine(nth), restored(nth), at);
  return { ...step, isPossible: (model) => hasBackups(model) && step.isPossible(model) };
};

/** A dead process left something: what does not end it first says nothing that the model knows. */
const isSettled = ({ left }: Model): boolean => left === undefined;

export const handmadeStep: Step = {
  isPossible: isSettled,
  line: () => `sql "${handmadeChange}"`,
  foresee: (model) => {
    model.spoiled.add(model.active.version);
    return done;
  },
};

const recoverLine = (): string => 'm3forge recover';

export const recoverStep: Step = {
  isPossible: always,
  line: recoverLine,
  foresee: (model) => {
    recover(model);
    return done;
  },
};

/** Killed anywhere, recovery leaves what the next one ends in the same way. */
export const pointsOfRecovery = ['recover-found', 'recover-decided', 'recover-before-recorded'] as const;

export const killedRecoverStep = (killedAt: (typeof pointsOfRecovery)[number]): Step => ({
  isPossible: (model) => !isSettled(model),
  line: recoverLine,
  killedAt,
  foresee: () => killed,
});

const backupLine = (): string => 'm3forge backup create --target production';

export const backupStep: Step = {
  isPossible: isSettled,
  line: backupLine,
  foresee: (model) => {
    takeBackup(model);
    return done;
  },
};

const pruneLine = (): string => 'm3forge backup prune --target production';

export const pruneStep: Step = {
  isPossible: always,
  line: pruneLine,
  foresee: (model) => {
    recover(model);
    prune(model);
    return done;
  },
};

/** Right after the lease was taken nothing is done yet, and right before it is given back everything is. */
export const pointsOfLeases = ['after-lease', 'before-lease-released'] as const;

const killedHolding = (step: Step, killedAt: (typeof pointsOfLeases)[number]): Step => ({
  isPossible: isSettled,
  line: step.line,
  killedAt,
  foresee: (model) => {
    if (killedAt === 'before-lease-released') step.foresee(model);
    return killed;
  },
});

export const killedPruneStep = (at: (typeof pointsOfLeases)[number]): Step => killedHolding(pruneStep, at);
export const killedBackupStep = (at: (typeof pointsOfLeases)[number]): Step => killedHolding(backupStep, at);

export const liftStep = (version: string): Step => ({
  isPossible: always,
  line: () => `m3forge hold lift --target production --version ${version} --reason history`,
  foresee: (model) => (model.avoided.delete(version) ? done : { exit: 1, code: 'hold-unknown' }),
});

/** After an apply that went well there is nothing left to do. */
export const emptyPlanStep = (version: string): Step => ({
  isPossible: (model) => isSettled(model) && isIdle(model, version),
  line: () => `m3forge plan --target production --version ${version} --detailed-exitcode`,
  foresee: () => done,
});
