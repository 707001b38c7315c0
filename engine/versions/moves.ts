import { compareBytes } from '../values/index.ts';
import type { Git } from './git.ts';
import type { ChangedTwice, FileMerge } from './merge-file.ts';
import type { FileChange } from './raw-changes.ts';

/** Where a side has files now, by where they were when the two parted. */
export type Moves = ReadonlyMap<string, string>;

/** What each side changed since they parted, by path. */
export interface BothSides {
  readonly ofHead: ReadonlyMap<string, FileChange>;
  readonly ofBase: ReadonlyMap<string, FileChange>;
}

/** A conflict that is none once a move is followed: both sides changed one file, and one of them moved it. */
export interface MovedTwice {
  /** The path that was told as a conflict. */
  readonly was: string;
  /** What both made of it, under the path that it has afterwards. */
  readonly twice: ChangedTwice;
  /** What the base has at that path. */
  readonly before: FileChange['before'];
}

/** The records of `git diff-tree -z --name-status --diff-filter=R`: `status NUL path NUL path NUL`. Pure. */
export const parseMoves = (output: Buffer): Moves => {
  const fields = output.toString('utf8').split('\0');
  const moves = new Map<string, string>();
  for (let at = 0; at + 2 < fields.length; at += 3) moves.set(fields[at + 1] ?? '', fields[at + 2] ?? '');
  return moves;
};

/** More files that were removed and added than these are compared by their ids alone, as in `git diff`. */
const mostCompared = 1000;

/** Where Git cannot tell, because a clone lacks contents, nothing was moved, and the conflict stays one. */
const movesBetween = async (git: Git, from: string, to: string): Promise<Moves> => {
  const asked = ['diff-tree', '-r', '-z', '--name-status', '-M', `-l${mostCompared}`, '--diff-filter=R', '--relative'];
  const found = await git.attempt([...asked, from, to]);
  return found.exitCode === 0 ? parseMoves(found.stdout) : new Map();
};

/** A file that one side has at `to` and had at `from`, with what the other made of it, if it was the one that did that. */
const along = ({ ofHead, ofBase }: BothSides, from: string, to: string): Omit<MovedTwice, 'was'> | undefined => {
  const [brought, meanwhile] = [ofHead.get(from), ofBase.get(from)];
  const [there, thereInBase] = [ofHead.get(to), ofBase.get(to)];
  const parted = brought?.before ?? meanwhile?.before;
  const [head, base] = [there?.after ?? brought?.after, thereInBase?.after ?? meanwhile?.after];
  if (!parted || !head || !base) return undefined;
  const twice = {
    brought: { path: to, before: parted, after: head },
    meanwhile: { path: to, before: parted, after: base },
  };
  return { twice, before: thereInBase?.after };
};

/**
 * Which conflicts come of a move that only one side made, or that both made alike. Where the other side has something of its
 * own at the new path, the conflict is a true one. Pure.
 */
export const followMoves = (
  conflicts: readonly string[],
  sides: BothSides,
  { head, base }: { readonly head: Moves; readonly base: Moves },
): readonly MovedTwice[] => {
  const { ofHead, ofBase } = sides;
  const alike = new Map([...head].flatMap(([from, to]) => (base.get(from) === to ? [[to, from] as const] : [])));
  return conflicts.flatMap((was) => {
    const byHead = ofHead.get(was)?.after ? undefined : head.get(was);
    const byBase = ofBase.get(was)?.after ? undefined : base.get(was);
    const from = alike.get(was);
    let found: Omit<MovedTwice, 'was'> | undefined;
    if (from !== undefined) found = along(sides, from, was);
    else if (byHead !== undefined && !ofBase.has(byHead)) found = along(sides, was, byHead);
    else if (byBase !== undefined && !ofHead.has(byBase)) found = along(sides, was, byBase);
    return found ? [{ was, ...found }] : [];
  });
};

/** Files that neither side has where they were when the two parted. */
const goneFromBoth = ({ ofHead, ofBase }: BothSides): readonly string[] =>
  [...ofHead.values()].flatMap(({ path, after }) => {
    const meanwhile = ofBase.get(path);
    return !after && meanwhile && !meanwhile.after ? [path] : [];
  });

/**
 * What one side moved, and the other deleted or moved elsewhere: Git asks somebody, though no path has two contents. As the
 * head has it, like every conflict. Pure.
 */
export const movedApart = (
  sides: BothSides,
  { head, base }: { readonly head: Moves; readonly base: Moves },
): readonly FileChange[] =>
  goneFromBoth(sides).flatMap((from) => {
    const path = head.get(from) ?? base.get(from);
    if (path === undefined || head.get(from) === base.get(from)) return [];
    const [before, after] = [sides.ofBase.get(path)?.after, sides.ofHead.get(path)?.after];
    // Both have the same there, whatever it was made of.
    return before?.blob === after?.blob ? [] : [{ path, before, after }];
  });

/** A file that one side has not, or that both have begun: only then can a move be the reason. */
const mayBeMoved = ({ ofHead, ofBase }: BothSides, path: string) => {
  const [brought, meanwhile] = [ofHead.get(path), ofBase.get(path)];
  const isNew = !brought?.before && !meanwhile?.before;
  return { byHead: isNew || !brought?.after, byBase: isNew || !meanwhile?.after };
};

/** Both commits, and the one where they parted. */
interface Ends {
  readonly base: { readonly commit: string };
  readonly head: { readonly commit: string };
  readonly parted: string;
}

/** What moves make of a merge. */
export interface Moved {
  readonly twice: readonly MovedTwice[];
  readonly apart: readonly FileChange[];
}

/**
 * Asks Git what was moved, once for each side that may have, and only where there is a conflict that a move can explain, or a
 * file that both have removed from its place.
 */
export const findMoved = async (
  git: Git,
  { base, head, parted }: Ends,
  conflicts: readonly string[],
  sides: BothSides,
): Promise<Moved> => {
  const isGone = goneFromBoth(sides).length > 0;
  const may = conflicts.map((path) => mayBeMoved(sides, path));
  const none: Moves = new Map();
  const [byHead, byBase] = await Promise.all([
    isGone || may.some((one) => one.byHead) ? movesBetween(git, parted, head.commit) : none,
    isGone || may.some((one) => one.byBase) ? movesBetween(git, parted, base.commit) : none,
  ]);
  const moves = { head: byHead, base: byBase };
  return { twice: followMoves(conflicts, sides, moves), apart: movedApart(sides, moves) };
};

/**
 * The same merge with what was moved where it comes to lie: it is a conflict there until its contents are merged. What the
 * base did to a file that the head moved counts as done under the new path too. Pure.
 */
export const withMoves = (merge: FileMerge, { twice: moved, apart }: Moved): FileMerge => {
  if (moved.length + apart.length === 0) return merge;
  const changes = new Map(merge.changes.map((change) => [change.path, change]));
  const meanwhile = new Map(merge.meanwhile);
  const places = new Map(moved.map(({ was, twice }) => [was, twice.brought.path]));
  for (const { was, twice, before } of moved) {
    const { path, after } = twice.brought;
    // Where the base has moved it, nothing is at the old path already.
    if (merge.meanwhile.get(was)?.after === undefined) changes.delete(was);
    changes.set(path, { path, before, after });
    meanwhile.set(path, twice.meanwhile);
  }
  for (const change of apart) changes.set(change.path, change);
  return {
    changes: [...changes.values()].sort((left, right) => compareBytes(left.path, right.path)),
    conflicts: [
      ...new Set([...merge.conflicts.map((path) => places.get(path) ?? path), ...apart.map(({ path }) => path)]),
    ],
    meanwhile,
  };
};
