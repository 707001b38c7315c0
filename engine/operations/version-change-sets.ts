import type { Queryable } from '../database/index.ts';
import { type Diagnostic, problem, Refusal, refuse } from '../diagnostics/index.ts';
import {
  appendAudit,
  type ChangeSetEntry,
  type ChangeSetRecord,
  closeChangeSet,
  findVersions,
  openChangeSets,
  type VersionChanges,
  type VersionRecord,
} from '../state/index.ts';
import type { History, NotedChangeSet, Way } from '../versions/index.ts';
import { changeOf } from './change-set-entries.ts';
import { changed, closed, requireChangeSet } from './change-set-lookup.ts';
import { shortId, shownChange, shownChangeSet } from './change-set-views.ts';
import type { Session } from './session.ts';

/** The change sets that a version is to be made of. */
export interface ChosenChangeSets {
  readonly sets: readonly ChangeSetRecord[];
  /** The version that was made of them before, and may not have come to its end. */
  readonly made: VersionRecord | undefined;
}

const notReady = (set: ChangeSetRecord): Diagnostic =>
  problem('changeset-not-ready', {
    detail: `The change set ${shownChangeSet(set)} is a draft.`,
    hint: `See what is in it, and say that it is ready:\n\n    m3forge changeset ready ${shortId(set)}`,
  });

/** What is asked for besides, of a version that was made before. */
interface Asked {
  readonly version?: string | undefined;
  readonly bump?: string | undefined;
  /** The commit that was named. */
  readonly commit?: string | undefined;
}

const isAsked = ({ name, commit, created }: VersionRecord, asked: Asked): boolean =>
  (asked.version ?? name) === name &&
  (asked.commit ?? commit) === commit &&
  (asked.bump === undefined || asked.bump === created?.bump);

/** Finds the change sets that were named: all of them ready, or all of them made into one version before. */
export const chooseChangeSets = async (
  { state }: Session,
  named: readonly string[],
  asked: Asked,
): Promise<ChosenChangeSets> => {
  const found = new Map<string, ChangeSetRecord>();
  for (const name of named) {
    const set = await requireChangeSet(state, name);
    found.set(set.id, set);
  }
  const sets = [...found.values()];
  const versions = new Set(sets.map(({ version }) => version));
  const [version] = versions;
  const [made] = typeof version === 'string' && versions.size === 1 ? await findVersions(state, [version]) : [];
  if (made && isAsked(made, asked)) return { sets, made };
  const old = sets.find((set) => set.version !== null);
  if (old) throw closed(old);
  const drafts = sets.filter((set) => set.state === 'draft').map(notReady);
  if (drafts.length > 0) throw new Refusal(drafts);
  return { sets, made: undefined };
};

const mostNamed = 5;

const named = (entries: readonly ChangeSetEntry[]): string => {
  const shown = entries.slice(0, mostNamed).map(shownChange).join(', ');
  return entries.length <= mostNamed ? shown : `${shown} and ${entries.length - mostNamed} more`;
};

/** The commit that has all the changes of these sets and nothing on top of them. */
export const newestCommit = async (history: History, sets: readonly ChangeSetRecord[]): Promise<string> => {
  const entries = sets.flatMap((set) => set.entries);
  const newest = await history.newestOf(entries.map(({ commit }) => commit));
  const [only] = newest;
  if (only !== undefined && newest.length === 1) return only;
  const ends = entries.filter(({ commit }) => newest.includes(commit));
  throw refuse('changeset-not-contained', {
    detail:
      ends.length === 0
        ? `None of the changes of ${sets.map(shownChangeSet).join(', ')} is in ${history.label} any more.`
        : `No commit is known that has all changes: ${named(ends)} are not on one line.`,
    hint: 'Name a commit that has them all with --ref, such as the one that merged them.',
  });
};

/** What a version would be made of: the commit, and the version that it follows. */
interface Extent {
  readonly commit: string;
  readonly base: { readonly name: string; readonly commit: string } | undefined;
  readonly sets: readonly ChangeSetRecord[];
}

const lacking = (set: ChangeSetRecord, entries: readonly ChangeSetEntry[], commit: string): Diagnostic =>
  problem('changeset-not-contained', {
    detail: `The commit ${commit.slice(0, 12)} does not have ${named(entries)} of the change set ${shownChangeSet(set)}.`,
    hint: 'Name a commit that has all of it with --ref, or leave --ref out.',
  });

const alreadyIn = (set: ChangeSetRecord, entries: readonly ChangeSetEntry[], version: string): Diagnostic =>
  problem('changeset-in-version', {
    detail: `${named(entries)} of the change set ${shownChangeSet(set)} came with ${version} or before.`,
    hint: `Take it out:\n\n    m3forge changeset remove ${shortId(set)} --commit ${entries[0]?.commit.slice(0, 12) ?? 'ID'} --reason TEXT`,
  });

const carriesOthers = (set: ChangeSetRecord, entries: readonly ChangeSetEntry[]): Diagnostic =>
  problem('changeset-carried', {
    detail: `The version would have ${named(entries)} of the change set ${shownChangeSet(set)} in it, which is ${set.state === 'ready' ? 'ready' : 'a draft'}.`,
    hint: `A change set is released as a whole. ${set.state === 'ready' ? 'Name' : 'Make it ready, and name'} it as well:\n\n${
      set.state === 'ready' ? '' : `    m3forge changeset ready ${shortId(set)}\n`
    }    m3forge version create --changeset ${shortId(set)}`,
  });

/**
 * A version has its change sets whole, and no part of another one that is open. Throws `changeset-not-contained`,
 * `changeset-in-version` and `changeset-carried`.
 */
export const requireWhole = async (
  session: Session,
  history: History,
  { commit, base, sets }: Extent,
): Promise<void> => {
  const open = await openChangeSets(session.state);
  const commits = open.flatMap(({ entries }) => entries.map((entry) => entry.commit));
  const having = await history.upTo([commit], commits);
  const before: ReadonlySet<string> = base ? await history.upTo([base.commit], commits) : new Set();
  const wanted = new Set(sets.map(({ id }) => id));
  const problems = open.flatMap((set): readonly Diagnostic[] => {
    const missing = set.entries.filter((entry) => !having.has(entry.commit));
    const old = set.entries.filter((entry) => before.has(entry.commit));
    const coming = set.entries.filter((entry) => having.has(entry.commit) && !before.has(entry.commit));
    if (!wanted.has(set.id)) return coming.length > 0 ? [carriesOthers(set, coming)] : [];
    return [
      ...(missing.length > 0 ? [lacking(set, missing, commit)] : []),
      ...(old.length > 0 ? [alreadyIn(set, old, base?.name ?? '')] : []),
    ];
  });
  if (problems.length > 0) throw new Refusal(problems);
};

/** All that a version brings: what its line has, and what change sets name besides, which came with a merge. Pure. */
export const changesOf = (way: Way, sets: readonly ChangeSetRecord[]): VersionChanges => {
  const changes = way.commits.map(changeOf);
  const known = new Set(changes.map(({ commit }) => commit));
  const others = sets.flatMap(({ entries }) => entries.filter(({ commit }) => !known.has(commit)));
  const merged = others.map(({ commit, pullRequest, title, author }) => ({ commit, pullRequest, title, author }));
  return { changes: [...changes, ...merged], leftOut: Math.max(0, way.leftOut - merged.length) };
};

export const notedChangeSet = ({ name, description, type, entries }: ChangeSetRecord): NotedChangeSet => ({
  ...{ name, description, type },
  changes: entries,
});

/** Closes the change sets that a version was made of, in its transaction. Throws `changeset-changed`. */
export const closeChangeSets = async (
  transaction: Queryable,
  { context: { system, actor } }: Session,
  sets: readonly ChangeSetRecord[],
  version: string,
): Promise<void> => {
  for (const set of sets) {
    const detail = { name: set.name, version };
    await appendAudit(transaction, system, { actor, event: 'changeset.versioned', subject: set.id, detail });
    if (!(await closeChangeSet(transaction, set, version))) throw changed(set);
  }
};
