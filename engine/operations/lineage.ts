import {
  listChangeSets,
  type ReleaseRecord,
  type VersionChange,
  type VersionChanges,
  versionChangesWith,
} from '../state/index.ts';
import { compareVersions, parseVersionName } from '../values/index.ts';
import type { History } from '../versions/index.ts';
import { type NamedChangeSet, namedChangeSet } from './change-set-views.ts';
import { once, type Session } from './session.ts';
import { Ancestry, type Chain } from './version-ancestry.ts';

/** A change on its way to a place. */
export interface CarriedChange {
  readonly commit: string;
  readonly pull_request: number | null;
  readonly title: string;
  readonly author: string;
  /** Null where it is in none. */
  readonly change_set: NamedChangeSet | null;
}

/** The changes that a version or a release brings, newest first. */
export interface Carried {
  readonly changes: readonly CarriedChange[];
  /** How many older ones there are besides, which are not recorded. */
  readonly left_out: number;
  /** Whether these are all: of a tag that others made, what it brings is known only where its history is. */
  readonly complete: boolean;
}

/** Which versions and releases carry which changes. */
export interface Lineage {
  /** What a version brings since the one that it follows. */
  readonly ofVersion: (name: string) => Promise<Carried>;
  /** What a release brings to its target, and what it takes away again from there. */
  readonly ofRelease: (
    release: Pick<ReleaseRecord, 'version' | 'fromVersion'>,
  ) => Promise<{ readonly carries: Carried; readonly takesBack: Carried }>;
  /** The versions that brought one of these commits first, the lowest first. */
  readonly broughtBy: (commits: readonly string[]) => Promise<readonly string[]>;
  /** Whether a version has what one of these brought. */
  readonly has: (version: string | null, broughtBy: readonly string[]) => Promise<boolean>;
  /** The repository's own history, where it is here. */
  readonly history: () => Promise<History | undefined>;
}

const byNumber = (left: string, right: string): number => {
  const [a, b] = [parseVersionName(left), parseVersionName(right)];
  return a && b ? compareVersions(a, b) : 0;
};

const withChangeSets = (
  { changes, leftOut }: VersionChanges,
  complete: boolean,
  sets: ReadonlyMap<string, NamedChangeSet>,
): Carried => ({
  changes: changes.map(({ commit, pullRequest, title, author }) => ({
    ...{ commit, pull_request: pullRequest, title, author },
    change_set: sets.get(commit) ?? null,
  })),
  left_out: leftOut,
  complete,
});

const without = (changes: readonly VersionChange[], others: readonly VersionChange[]): readonly VersionChange[] => {
  const known = new Set(others.map(({ commit }) => commit));
  return changes.filter(({ commit }) => !known.has(commit));
};

/** Of the tags that others made and that have one of these commits, those that follow none that has it. */
const broughtByTags = async (versions: Ancestry, commits: readonly string[]): Promise<readonly string[]> => {
  const git = await versions.git();
  if (!git) return [];
  const records = await versions.records();
  const found = new Set<string>();
  for (const commit of await git.history.present(commits)) {
    const having = new Set(await git.history.tagsFrom(commit));
    for (const name of having) {
      if (!git.tags.has(name) || records.get(name)?.created) continue;
      const { base, merged } = await versions.before(name);
      if (![base ?? '', ...merged].some((one) => having.has(one))) found.add(name);
    }
  }
  return [...found];
};

/** Reads lazily: who asks about versions that were all made here needs no repository. */
export const createLineage = (session: Session): Lineage => {
  const versions = new Ancestry(session);
  const sets = once(async () => {
    const all = await listChangeSets(session.state);
    return new Map(all.flatMap((set) => set.entries.map(({ commit }) => [commit, namedChangeSet(set)] as const)));
  });
  return {
    history: async () => (await versions.git())?.history,
    ofVersion: async (name) => {
      const { complete, ...changes } = await versions.all([name]);
      return withChangeSets(changes, complete, await sets());
    },
    ofRelease: async ({ version, fromVersion }) => {
      const [to, from] = [await versions.chain(version), await versions.chain(fromVersion)];
      const added = to.names.filter((name) => !from.names.includes(name));
      const removed = from.names.filter((name) => !to.names.includes(name));
      // Two chains that meet are known from there on, whether or not one knows where they begin.
      const meet = added.length < to.names.length || (to.whole && from.whole);
      const known = await sets();
      const moved = async (mine: readonly string[], others: readonly string[], theirs: Chain): Promise<Carried> => {
        const brought = await versions.all(mine);
        // What was merged stands in the version it was merged to as well; the other side may have it from elsewhere.
        const merged = await versions.mergedTo(mine);
        const there = await versions.all([...others, ...merged.filter((name) => theirs.names.includes(name))]);
        const changes = without(brought.changes, there.changes);
        return withChangeSets({ changes, leftOut: brought.leftOut }, brought.complete && meet, known);
      };
      return { carries: await moved(added, removed, from), takesBack: await moved(removed, added, to) };
    },
    broughtBy: async (commits) => {
      const recorded = await versionChangesWith(session.state, { pullRequest: null, commits });
      const names = [...recorded.map(({ version }) => version), ...(await broughtByTags(versions, commits))];
      return [...new Set(names)].sort(byNumber);
    },
    has: async (version, broughtBy) => (await versions.chain(version)).names.some((name) => broughtBy.includes(name)),
  };
};
