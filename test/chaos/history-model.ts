import { contents } from './contents.ts';

/** What is kept of a backup: the version that it holds, and whether it lacks a body that nobody knew any more. */
export interface Backup {
  readonly version: string;
  readonly isComplete: boolean;
}

/** The backups that a release was begun with: its own, and the one that it restores. */
type Basis = Set<Backup>;

export interface Sequence {
  readonly version: string;
  /** Of the release that wrote it. */
  readonly basis: Basis;
  isPruned: boolean;
}

type Kind = 'release' | 'rollback' | 'restore';

/** How far a release has come. */
export type Progress = 'started' | 'backed up' | 'written' | 'activated' | 'failed' | 'ended';
const order: readonly Progress[] = ['started', 'backed up', 'written', 'activated', 'failed', 'ended'];

/** What a release is to bring; `sequence` where that is whole in the place already, `backup` where it is restored. */
export interface Wish {
  readonly kind: Kind;
  readonly version: string;
  readonly sequence?: Sequence | undefined;
  readonly backup?: Backup | undefined;
}

interface Left {
  readonly wish: Wish;
  readonly from: Sequence;
  readonly sequence: Sequence;
  readonly basis: Basis;
  readonly progress: Progress;
}

/** What a place should be like by the commands that were given: the whole specification in a few fields. */
export interface Model {
  active: Sequence;
  /** The basis of the release that moved the pointer last. */
  activatedWith: Basis;
  /** The sequence that was written last, active or not. */
  head: Sequence;
  /** The sequences of releases that succeeded, in order, and whether a rollback has left their version since. */
  readonly succeeded: { readonly sequence: Sequence; isLeft: boolean }[];
  readonly avoided: Set<string>;
  /** Versions whose body was changed by hand in the place, and not put right since. */
  readonly spoiled: Set<string>;
  /** Oldest first. */
  readonly backups: Backup[];
  /** A release whose process was killed, and that nothing has recovered yet. */
  left: Left | undefined;
}

export const versions: readonly string[] = Object.keys(contents);

/** The version whose smoke test fails. */
export const failingVersion = 'v1.2.0';

/** So many backups, and sequences, a prune keeps in the histories: few, so that it has something to do. */
export const keepLast = 2;

/** A place in which one version was released, and nothing else. */
export const modelAfter = (version: string): Model => {
  const basis: Basis = new Set();
  const active: Sequence = { version, basis, isPruned: false };
  const succeeded = [{ sequence: active, isLeft: false }];
  const empty = { avoided: new Set<string>(), spoiled: new Set<string>(), backups: [] };
  return { active, activatedWith: basis, head: active, succeeded, ...empty, left: undefined };
};

export const isDrifted = ({ active, spoiled }: Model): boolean => spoiled.has(active.version);

/** Where nothing would change, a command does nothing, and says so. */
export const isIdle = (model: Model, version: string): boolean => model.active.version === version && !isDrifted(model);

/** Whether the last backup is all that is wanted: the same content, and nothing missing that could be had by now. */
export const sufficesLast = (model: Model): boolean => {
  const last = model.backups.at(-1);
  return last?.version === model.active.version && (last.isComplete || isDrifted(model));
};

export const takeBackup = (model: Model): Backup => {
  const last = model.backups.at(-1);
  if (last && sufficesLast(model)) return last;
  const backup = { version: model.active.version, isComplete: !isDrifted(model) };
  model.backups.push(backup);
  return backup;
};

/** Writing puts right what it brings, and what was active, as far as that is known where the content comes from. */
const write = (model: Model, { kind, version }: Wish, basis: Basis): Sequence => {
  model.head = { version, basis, isPruned: false };
  model.spoiled.delete(version);
  if (kind !== 'restore') model.spoiled.delete(model.active.version);
  return model.head;
};

const succeed = (model: Model, { wish, from, sequence }: Left): void => {
  if (wish.kind === 'rollback' && from.version !== wish.version) {
    for (const entry of model.succeeded) if (entry.sequence.version === from.version) entry.isLeft = true;
    model.avoided.add(from.version);
  }
  model.succeeded.push({ sequence, isLeft: false });
};

/** Back to what was active; a version that has failed is avoided, an interruption says nothing against it. */
const goBack = (model: Model, { wish, from, basis }: Left, hasFailed: boolean): void => {
  model.active = from;
  model.activatedWith = basis;
  if (hasFailed && wish.version !== from.version) model.avoided.add(wish.version);
};

/** Carries a release out, to its end or to where its process is killed. */
export const bring = (model: Model, wish: Wish, until: Progress): void => {
  const reaches = (progress: Progress): boolean => order.indexOf(until) >= order.indexOf(progress);
  const from = model.active;
  const basis: Basis = new Set(wish.backup ? [wish.backup] : []);
  if (reaches('backed up')) basis.add(takeBackup(model));
  let sequence = wish.sequence ?? from;
  if (reaches('written')) sequence = wish.sequence ?? write(model, wish, basis);
  if (reaches('activated')) {
    model.active = sequence;
    model.activatedWith = basis;
  }
  const left: Left = { wish, from, sequence, basis, progress: until };
  if (until !== 'ended') model.left = left;
  else if (wish.version === failingVersion) goBack(model, left, true);
  else succeed(model, left);
};

/** Ends what a dead process left: a rollback that had gone back is finished, everything else is undone. */
export const recover = (model: Model): void => {
  const { left } = model;
  model.left = undefined;
  if (!left || order.indexOf(left.progress) < order.indexOf('activated')) return;
  if (left.wish.kind === 'rollback') succeed(model, left);
  else goBack(model, left, left.progress === 'failed');
};

/** The sequence to go back to: the last of this version, or the last that is neither active nor left. */
export const formerSequence = ({ active, succeeded }: Model, to: string | undefined): Sequence | undefined =>
  succeeded.findLast(({ sequence: { version }, isLeft }) =>
    to === undefined ? version !== active.version && !isLeft : version === to,
  )?.sequence;

export const isWhole = ({ spoiled }: Model, { isPruned, version }: Sequence): boolean =>
  !isPruned && !spoiled.has(version);

/** Takes away the backups and sequences that are neither new nor needed. */
export const prune = (model: Model): void => {
  const { active, activatedWith, backups, head, succeeded, spoiled } = model;
  const stay = new Set([...backups.slice(-keepLast), ...active.basis, ...activatedWith]);
  backups.splice(0, backups.length, ...backups.filter((backup) => stay.has(backup)));
  const kept = new Set([active, head, ...succeeded.slice(-keepLast).map(({ sequence }) => sequence)]);
  const former = formerSequence(model, undefined);
  if (former) kept.add(former);
  for (const { sequence } of succeeded) if (!kept.has(sequence)) sequence.isPruned = true;
  // A body that no sequence names goes with them, as it was.
  const named = new Set([...kept].filter(({ isPruned }) => !isPruned).map(({ version }) => version));
  for (const version of [...spoiled]) if (!named.has(version)) spoiled.delete(version);
};
