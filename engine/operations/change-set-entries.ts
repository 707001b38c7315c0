import { type Diagnostic, problem, Refusal, success } from '../diagnostics/index.ts';
import { selectionOf } from '../plan/index.ts';
import { type ChangedItem, listVersions, type NewEntry, type VersionChange } from '../state/index.ts';
import { compareVersions, isPrerelease, parseVersionName } from '../values/index.ts';
import {
  type Branch,
  type CommitOnTheWay,
  type History,
  mergedIn,
  type TreeEntry,
  type Trees,
} from '../versions/index.ts';
import { asOutcome, type Session } from './session.ts';

/** What somebody wants to have in a change set, in their words. */
export interface WantedChanges {
  readonly pullRequests: readonly number[];
  /** Commits, as Git understands them. */
  readonly commits: readonly string[];
}

/** Looks for changes on one branch. */
export interface Search {
  readonly session: Session;
  readonly history: History;
  readonly branch: Branch;
}

type Found = { readonly commit: CommitOnTheWay } | { readonly problem: Diagnostic };

/**
 * The lowest version that has each commit, as far as one does; prereleases come before a version and settle nothing. One
 * look for all of them: what is new is in none.
 */
export const versionsWith = async (
  { session, history }: Pick<Search, 'session' | 'history'>,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> => {
  const tags = (await session.tags()).map(({ version: { name }, commit }) => ({ name, commit }));
  const tagged = new Set(tags.map(({ name }) => name));
  // A version whose tag was not made yet has what its commit has.
  const made = (await listVersions(session.state)).filter(({ name, created }) => created && !tagged.has(name));
  const versions = [...tags, ...made.map(({ name, commit }) => ({ name, commit }))]
    .flatMap(({ name, commit }) => {
      const version = parseVersionName(name);
      return version && !isPrerelease(version) ? [{ version, commit }] : [];
    })
    .sort((left, right) => compareVersions(left.version, right.version));
  const found = new Map<string, string>();
  let left = await history.upTo(
    versions.map(({ commit }) => commit),
    commits,
  );
  for (const { version, commit } of versions) {
    if (left.size === 0) break;
    const having = await history.upTo([commit], [...left]);
    for (const id of having) found.set(id, version.name);
    left = new Set([...left].filter((id) => !having.has(id)));
  }
  return found;
};

const inVersion = (what: string, version: string): Diagnostic =>
  problem('changeset-in-version', {
    detail: `${what} is in ${version} already.`,
    hint: `See what that is:\n\n    m3forge version show ${version}`,
  });

const listed = (commits: readonly CommitOnTheWay[]): string =>
  commits
    .slice(0, 5)
    .map(({ id }) => `    --commit ${id}`)
    .join('\n');

const unknownPullRequest = async ({ history, branch }: Search, number: number): Promise<Diagnostic> => {
  const isShallow = await history.isShallow();
  return problem('changeset-pull-request-unknown', {
    detail: `No commit of ${branch.name} says that it is the pull request #${number}${isShallow ? `, and ${history.label} holds only the end of its history` : ''}.`,
    hint: isShallow
      ? 'Fetch the rest:\n    git fetch --unshallow --tags'
      : 'Fetch what was merged. One that was merged without its number is named by its commits:\n\n    --commit COMMIT',
  });
};

/** The commit that a pull request became; of several, the one that no version has yet. */
const findPullRequest = async (search: Search, number: number): Promise<Found> => {
  const found = await search.history.pullRequest(search.branch, number);
  if (found.length === 0) return { problem: await unknownPullRequest(search, number) };
  const versions = await versionsWith(
    search,
    found.map(({ id }) => id),
  );
  const fresh = found.filter(({ id }) => !versions.has(id));
  const [only] = fresh;
  if (!only) return { problem: inVersion(`The pull request #${number}`, [...versions.values()].at(0) ?? '') };
  if (fresh.length === 1) return { commit: only };
  return {
    problem: problem('changeset-pull-request-ambiguous', {
      detail: `${fresh.length} commits of ${search.branch.name} say that they are the pull request #${number}.`,
      hint: `Name those that are meant:\n\n${listed(fresh)}`,
    }),
  };
};

const notOnBranch = ({ branch }: Search, ref: string, by: CommitOnTheWay | undefined): Diagnostic => {
  if (!by) {
    return problem('changeset-commit-elsewhere', {
      detail: `${ref} is not on the branch ${branch.name}.`,
      hint: 'Merge it first. For a change set of another branch:\n\n    m3forge changeset create NAME --branch BRANCH',
    });
  }
  const { pullRequest } = mergedIn(by);
  const instead = pullRequest === null ? `--commit ${by.id}` : `--pull-request ${pullRequest}`;
  return problem('changeset-commit-elsewhere', {
    detail: `${ref} came to ${branch.name} with ${pullRequest === null ? `the merge ${by.id.slice(0, 12)}` : `the pull request #${pullRequest}`}.`,
    hint: `It is released with all that was merged with it. Name that:\n\n    ${instead}`,
  });
};

const findCommit = async (search: Search, ref: string): Promise<Found> => {
  const { session, history, branch } = search;
  const revision = await asOutcome(async () => success(await (await session.source()).revision(ref)));
  if (!revision.ok) {
    const [first] = revision.diagnostics;
    if (first) return { problem: first };
    throw new Error('a refusal that says nothing');
  }
  const { commit: id } = revision.value;
  const standing = await history.standing(branch, id);
  if (standing.kind !== 'on') {
    return { problem: notOnBranch(search, ref, standing.kind === 'merged' ? standing.by : undefined) };
  }
  const version = (await versionsWith(search, [id])).get(id);
  if (version !== undefined) return { problem: inVersion(`The commit ${id.slice(0, 12)}`, version) };
  const [commit] = await history.commits([id]);
  if (!commit) throw new Error(`the commit ${id} was found and cannot be read`);
  return { commit };
};

const idOf = ({ kind, path }: TreeEntry): string => `${kind} ${path}`;

/** The artifacts that two trees have otherwise. A processor stands for its folder. Pure. */
export const itemsBetween = (before: readonly TreeEntry[], after: readonly TreeEntry[]): readonly ChangedItem[] => {
  const [old, now] = [before, after].map((entries) => new Map(entries.map((entry) => [idOf(entry), entry])));
  const isOther = (left: TreeEntry | undefined, right: TreeEntry): boolean =>
    left?.blob !== right.blob || left.mode !== right.mode;
  const item = ({ kind, path }: TreeEntry, action: ChangedItem['action']): ChangedItem => ({ kind, path, action });
  return [
    ...after.flatMap((entry): readonly ChangedItem[] => {
      const known = old?.get(idOf(entry));
      return isOther(known, entry) ? [item(entry, known ? 'changed' : 'added')] : [];
    }),
    ...before.filter((entry) => !now?.has(idOf(entry))).map((entry) => item(entry, 'removed')),
  ];
};

/** What a commit made of the artifacts; null where they cannot be read there, which its version will be asked about. */
const itemsOf = async ({ session }: Search, trees: Trees | undefined): Promise<readonly ChangedItem[] | null> => {
  if (!trees) return null;
  const source = await session.source();
  const selection = selectionOf(session.config);
  const { before, after } = trees;
  const items = await asOutcome(async () =>
    success(
      itemsBetween(
        // The first commit of all has none before it.
        before === null ? [] : await source.listTree(before, selection),
        await source.listTree(after, selection),
      ),
    ),
  );
  return items.ok ? items.value : null;
};

/** Of what others wrote so much is kept. */
const longestText = 500;

const kept = (text: string): string => text.slice(0, longestText).toWellFormed();

/** A commit as it is recorded. */
export const changeOf = (commit: CommitOnTheWay): VersionChange => {
  const { title, pullRequest } = mergedIn(commit);
  return { commit: commit.id, pullRequest, title: kept(title), author: kept(commit.author) };
};

/**
 * The commits of a branch that are meant, each once, with what they changed. Throws one `Refusal` with everything that is
 * wrong: a pull request that is not there, a commit that is not on the branch or that a version has already.
 */
export const findChanges = async (
  search: Search,
  wanted: WantedChanges,
  labels: readonly string[],
): Promise<readonly NewEntry[]> => {
  const found: Found[] = [];
  for (const number of new Set(wanted.pullRequests)) found.push(await findPullRequest(search, number));
  for (const ref of new Set(wanted.commits)) found.push(await findCommit(search, ref));
  const problems = found.flatMap((one) => ('problem' in one ? [one.problem] : []));
  if (problems.length > 0) throw new Refusal(problems);
  return entriesOf(
    search,
    found.flatMap((one) => ('commit' in one ? [one.commit] : [])),
    labels,
  );
};

/** Commits as change sets keep them, each once, with what they changed. */
export const entriesOf = async (
  search: Search,
  found: readonly CommitOnTheWay[],
  labels: readonly string[],
): Promise<readonly NewEntry[]> => {
  const commits = new Map(found.map((commit) => [commit.id, commit]));
  const trees = await search.history.trees([...commits.keys()]);
  const entries: NewEntry[] = [];
  for (const commit of commits.values()) {
    const items = await itemsOf(search, trees.get(commit.id));
    entries.push({ ...changeOf(commit), labels, items });
  }
  return entries;
};
