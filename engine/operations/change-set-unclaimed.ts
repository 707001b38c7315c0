import { Refusal, refuse, success } from '../diagnostics/index.ts';
import { changeSetsWith, listChangeSets, type NewEntry, versionChangesWith } from '../state/index.ts';
import { type CommitOnTheWay, mergedIn, openHistory } from '../versions/index.ts';
import { entriesOf, type Search, versionsWith } from './change-set-entries.ts';
import { asOutcome, type Session } from './session.ts';
import { baseOf } from './version-draft.ts';

/** What a branch has since its last version, oldest first; of very many the newest. */
const sinceLastVersion = async ({ session, history, branch }: Search): Promise<readonly CommitOnTheWay[]> => {
  const found = new Map<string, CommitOnTheWay>();
  for (const tip of branch.tips) {
    const base = await baseOf(session, history, tip);
    const { commits } = await history.commitsSince(base?.commit, tip);
    for (const commit of commits.toReversed()) found.set(commit.id, commit);
  }
  return [...found.values()];
};

/** The commits that say they are a pull request and are in no change set and no version. */
const unclaimedOn = async (search: Search): Promise<readonly CommitOnTheWay[]> => {
  const commits = (await sinceLastVersion(search)).filter((commit) => mergedIn(commit).pullRequest !== null);
  const ids = commits.map(({ id }) => id);
  const pullRequests = commits.flatMap((commit) => mergedIn(commit).pullRequest ?? []);
  const versions = await versionsWith(search, ids);
  const sets = await changeSetsWith(search.session.state, { commits: ids, pullRequests });
  const taken = new Set(sets.flatMap(({ entries }) => entries.map(({ commit }) => commit)));
  // One that comes to another commit after its version was made is another change.
  const open = sets.filter(({ version }) => version === null).flatMap(({ entries }) => entries);
  const numbers = new Set(open.map(({ pullRequest }) => pullRequest));
  return commits.filter(
    (commit) => !versions.has(commit.id) && !taken.has(commit.id) && !numbers.has(mergedIn(commit).pullRequest),
  );
};

/**
 * All merged pull requests of a branch since its last version that are in no change set, as they are put into one. Throws
 * `changeset-none-unclaimed` where there is none.
 */
export const requireUnclaimed = async (search: Search, labels: readonly string[]): Promise<readonly NewEntry[]> => {
  const commits = await unclaimedOn(search);
  if (commits.length > 0) return entriesOf(search, commits, labels);
  throw refuse('changeset-none-unclaimed', {
    detail: `Every pull request that ${search.branch.name} shows to be merged is in a change set or a version.`,
    hint: 'Fetch what was merged. What was merged without its number is named by its commits:\n\n    --commit COMMIT',
  });
};

/** A merged pull request, as its host knows it. */
interface MergedOne {
  readonly number: number;
  readonly mergeCommit: string | null;
}

/** Of pull requests that are merged elsewhere nothing has to be here. */
const elsewhere: ReadonlySet<string> = new Set([
  'version-source-elsewhere',
  'source-not-a-repository',
  'source-missing',
]);

/** Which of these commits are in a version: as Git has it, or where the repository is not here as it was recorded. */
const inVersions = async (session: Session, commits: readonly string[]): Promise<ReadonlySet<string>> => {
  const { config, context, state } = session;
  const inGit = await asOutcome(async () => {
    const history = await openHistory(context.system, { ...config.source, directory: config.directory });
    return success(new Set((await versionsWith({ session, history }, commits)).keys()));
  });
  const recorded = await versionChangesWith(state, { pullRequest: null, commits });
  if (!inGit.ok && !inGit.diagnostics.every(({ code }) => elsewhere.has(code))) {
    throw new Refusal(inGit.diagnostics);
  }
  return new Set([...(inGit.ok ? inGit.value : []), ...recorded.map(({ commit }) => commit)]);
};

/** Those that are in no change set and in no version, by what is recorded here and by Git, whatever their labels say. */
export const unclaimedAmong = async <One extends MergedOne>(
  session: Session,
  merged: readonly One[],
): Promise<readonly One[]> => {
  const entries = (await listChangeSets(session.state)).flatMap((set) => set.entries);
  const numbers = new Set(entries.map(({ pullRequest }) => pullRequest));
  const taken = new Set(entries.map(({ commit }) => commit));
  const left = merged.filter(
    ({ number, mergeCommit }) => !numbers.has(number) && (mergeCommit === null || !taken.has(mergeCommit)),
  );
  const versions = await inVersions(
    session,
    left.flatMap(({ mergeCommit }) => mergeCommit ?? []),
  );
  return left.filter(({ mergeCommit }) => mergeCommit === null || !versions.has(mergeCommit));
};
