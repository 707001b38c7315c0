import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import {
  type ChangeSetRecord,
  type ChangeSetState,
  everyRelease,
  lastSuccess,
  listChangeSets as listRecorded,
  listReleases,
  type VersionChange,
  versionChangesWith,
} from '../state/index.ts';
import { changeOf } from './change-set-entries.ts';
import { requireChangeSet } from './change-set-lookup.ts';
import { type ChangeSetView, changeSetView, type NamedChangeSet, namedChangeSet } from './change-set-views.ts';
import { type CarriedChange, createLineage, type Lineage } from './lineage.ts';
import { asOutcome, type OperationContext, type Session, withSession } from './session.ts';
import { type HistoryEntry, historyEntry } from './status.ts';

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** A change set, and where its changes went. */
export interface ChangeSetListed extends ChangeSetView {
  /** The versions that brought them. */
  readonly versions: readonly string[];
  /** The targets whose last release that succeeded has what one of these versions brought. */
  readonly released_to: readonly string[];
}

/** A release that moved changes. */
export interface CarryingRelease {
  /** What it did with them. */
  readonly did: 'carried' | 'took back';
  readonly release: HistoryEntry;
}

export interface ChangeSetDetails extends ChangeSetListed {
  /** The releases that carried them somewhere, or took them back from there; newest first. */
  readonly releases: readonly CarryingRelease[];
}

/** The version that each target got last. */
const runningVersions = async ({ config, state }: Session): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (const name of config.targets.keys()) {
    const release = await lastSuccess(state, name);
    if (release) found.set(name, release.version);
  }
  return found;
};

const releasedTo = async (
  lineage: Lineage,
  running: ReadonlyMap<string, string>,
  broughtBy: readonly string[],
): Promise<readonly string[]> => {
  const having = [];
  for (const [target, version] of running) if (await lineage.has(version, broughtBy)) having.push(target);
  return having;
};

/** The releases that began to write, and changed whether a target has what these versions brought. */
const carrying = async (
  { state }: Session,
  lineage: Lineage,
  broughtBy: readonly string[],
): Promise<readonly CarryingRelease[]> => {
  if (broughtBy.length === 0) return [];
  const found: CarryingRelease[] = [];
  for (const release of await listReleases(state, { limit: everyRelease })) {
    if (release.startedAt === null) continue;
    const before = await lineage.has(release.fromVersion, broughtBy);
    const after = await lineage.has(release.version, broughtBy);
    if (before !== after) found.push({ did: after ? 'carried' : 'took back', release: historyEntry(release) });
  }
  return found;
};

const listed = async (
  set: ChangeSetRecord,
  versions: readonly string[],
  lineage: Lineage,
  running: ReadonlyMap<string, string>,
): Promise<ChangeSetListed> => ({
  ...changeSetView(set),
  versions,
  released_to: await releasedTo(lineage, running, versions),
});

/** The versions made here that brought each commit of these change sets: one look for all of them. */
const recordedVersions = async (
  { state }: Session,
  sets: readonly ChangeSetRecord[],
): Promise<(set: ChangeSetRecord) => readonly string[]> => {
  const commits = sets.flatMap(({ entries }) => entries.map(({ commit }) => commit));
  const rows = await versionChangesWith(state, { pullRequest: null, commits });
  const byCommit = Map.groupBy(rows, ({ commit }) => commit);
  return ({ entries }) => [
    ...new Set(entries.flatMap(({ commit }) => (byCommit.get(commit) ?? []).map(({ version }) => version))),
  ];
};

/** `m3forge changeset list`: the change sets, the newest first; all, or those in one of these states. */
export const listChangeSets = (
  context: OperationContext,
  request: Waiting & { readonly states: readonly ChangeSetState[] },
): Promise<Outcome<readonly ChangeSetListed[]>> =>
  withSession(context, { command: 'm3forge changeset list', permit: 'view', ...request }, async (session) => {
    const { states } = request;
    const sets = (await listRecorded(session.state)).filter(
      ({ state }) => states.length === 0 || states.includes(state),
    );
    const [lineage, running] = [createLineage(session), await runningVersions(session)];
    const versionsOf = await recordedVersions(session, sets);
    const rows: ChangeSetListed[] = [];
    for (const set of sets) rows.push(await listed(set, versionsOf(set), lineage, running));
    return success(rows);
  });

/** `m3forge changeset show`: what is in a change set, and where that went. */
export const showChangeSet = (
  context: OperationContext,
  request: Waiting & { readonly changeSet: string },
): Promise<Outcome<ChangeSetDetails>> =>
  withSession(context, { command: 'm3forge changeset show', permit: 'view', ...request }, async (session) => {
    const set = await requireChangeSet(session.state, request.changeSet);
    const lineage = createLineage(session);
    const versions = await lineage.broughtBy(set.entries.map(({ commit }) => commit));
    const running = await runningVersions(session);
    return success({
      ...(await listed(set, versions, lineage, running)),
      releases: await carrying(session, lineage, versions),
    });
  });

/** One commit that a pull request became, and where it went. */
export interface FollowedChange extends CarriedChange {
  readonly versions: readonly string[];
  readonly released_to: readonly string[];
  readonly releases: readonly CarryingRelease[];
}

/** What became of a pull request. */
export interface PullRequestLineage {
  readonly pull_request: number;
  readonly changes: readonly FollowedChange[];
}

/** The commits that are known to be a pull request: in change sets, in versions, and on the main branch, where that is here. */
const commitsOf = async (
  { state }: Session,
  lineage: Lineage,
  sets: readonly ChangeSetRecord[],
  number: number,
): Promise<readonly VersionChange[]> => {
  const entries = sets.flatMap((set) => set.entries.filter(({ pullRequest }) => pullRequest === number));
  const brought = await versionChangesWith(state, { pullRequest: number, commits: [] });
  const history = await lineage.history();
  const merged = await asOutcome(async () =>
    success(history ? await history.pullRequest(await history.branch(), number) : []),
  );
  const all = [...entries, ...brought, ...(merged.ok ? merged.value.map(changeOf) : [])];
  return [...new Map(all.map((change) => [change.commit, change])).values()];
};

/** `m3forge changeset list --pull-request N`: which change set, which versions and which releases have it. */
export const followPullRequest = (
  context: OperationContext,
  request: Waiting & { readonly pullRequest: number },
): Promise<Outcome<PullRequestLineage>> =>
  withSession(context, { command: 'm3forge changeset list', permit: 'view', ...request }, async (session) => {
    const { pullRequest: number } = request;
    const lineage = createLineage(session);
    const sets = await listRecorded(session.state);
    const setOf = (commit: string): NamedChangeSet | null => {
      const set = sets.find(({ entries }) => entries.some((entry) => entry.commit === commit));
      return set ? namedChangeSet(set) : null;
    };
    const commits = await commitsOf(session, lineage, sets, number);
    if (commits.length === 0) {
      throw refuse('changeset-pull-request-unknown', {
        detail: `Nothing is known of the pull request #${number}: no change set, no version and no commit of the main branch has its number.`,
        hint: 'Fetch what was merged. What was merged without its number is found by its commit only.',
      });
    }
    const running = await runningVersions(session);
    const changes: FollowedChange[] = [];
    for (const { commit, pullRequest, title, author } of commits) {
      const versions = await lineage.broughtBy([commit]);
      changes.push({
        ...{ commit, pull_request: pullRequest, title, author, change_set: setOf(commit), versions },
        released_to: await releasedTo(lineage, running, versions),
        releases: await carrying(session, lineage, versions),
      });
    }
    return success({ pull_request: number, changes });
  });
