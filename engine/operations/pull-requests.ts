import type { Config } from '../config/index.ts';
import { type Outcome, Refusal, success } from '../diagnostics/index.ts';
import type {
  CommitCheck,
  PullRequest,
  PullRequestFilter,
  PullRequestState,
  SourceControl,
} from '../provider/index.ts';
import { folderInRepository } from '../versions/index.ts';
import { unclaimedAmong } from './change-set-unclaimed.ts';
import { trustedConfig } from './preview-surroundings.ts';
import { itemsIn, type TouchedItem } from './pull-request-items.ts';
import { asOutcome, learnSecrets, type OperationContext, withSession } from './session.ts';
import { withSourceControl } from './source-control.ts';

/** A pull request as lists show it. Title, author, labels and branches are as somebody wrote them. */
export interface PullRequestView {
  readonly number: number;
  readonly title: string;
  readonly author: string;
  readonly state: PullRequestState;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly base: { readonly branch: string; readonly commit: string };
  readonly head: { readonly branch: string; readonly commit: string };
  readonly fork: boolean;
  readonly merge_commit: string | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly merged_at: string | null;
  /** In milliseconds, since it was opened. */
  readonly age_ms: number;
  readonly url: string;
  /** What it touches of the artifacts; other files are in `files` alone. */
  readonly items: readonly TouchedItem[];
  /** How many files it changes. */
  readonly files: number;
  readonly checks: CheckCounts;
}

export interface CheckCounts {
  /** Those that succeeded or were skipped. */
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly total: number;
}

export interface PullRequestDetails extends PullRequestView {
  readonly body: string;
  readonly all_checks: readonly CommitCheck[];
}

export interface PullRequestChecks extends CheckCounts {
  readonly number: number;
  /** The commit that was checked: the head. */
  readonly commit: string;
  readonly checks: readonly CommitCheck[];
}

/** Pure. */
export const countChecks = (checks: readonly CommitCheck[]): CheckCounts => {
  const having = (...states: readonly CommitCheck['state'][]) =>
    checks.filter(({ state }) => states.includes(state)).length;
  return {
    passed: having('success', 'skipped'),
    failed: having('failure'),
    pending: having('pending'),
    total: checks.length,
  };
};

/** What works with the configuration and the host alone: no database is opened. */
const withHost = <T>(
  context: OperationContext,
  work: (sourceControl: SourceControl, config: Config) => Promise<T>,
): Promise<Outcome<T>> =>
  asOutcome(async () => {
    // Whoever looks at a pull request may have its head on the disk.
    const loaded = await trustedConfig(context);
    if (!loaded.ok) return loaded;
    const config = loaded.value;
    learnSecrets(context, config);
    const value = await withSourceControl(context, config, (sourceControl) => work(sourceControl, config));
    return success(value, loaded.diagnostics);
  });

interface Surroundings {
  readonly sourceControl: SourceControl;
  readonly config: Config;
  /** Where globs start. */
  readonly folder: string;
  readonly now: Date;
}

const detailsOf = async (
  { sourceControl, config, folder, now }: Surroundings,
  one: PullRequest,
): Promise<PullRequestDetails> => {
  const [files, checks] = await Promise.all([
    sourceControl.changedFiles(one.number),
    sourceControl.checks(one.head.commit),
  ]);
  return {
    number: one.number,
    title: one.title,
    author: one.author,
    state: one.state,
    draft: one.isDraft,
    labels: one.labels,
    base: one.base,
    head: one.head,
    fork: one.isFork,
    merge_commit: one.mergeCommit,
    created_at: one.createdAt.toISOString(),
    updated_at: one.updatedAt.toISOString(),
    merged_at: one.mergedAt?.toISOString() ?? null,
    age_ms: Math.max(0, now.getTime() - one.createdAt.getTime()),
    url: one.url,
    items: itemsIn(files, config.source, folder),
    files: files.length,
    checks: countChecks(checks),
    body: one.body,
    all_checks: checks,
  };
};

/** Everything that is known of one, for people. */
export const describePullRequest = async (
  { system }: Pick<OperationContext, 'system'>,
  config: Config,
  sourceControl: SourceControl,
  one: PullRequest,
): Promise<PullRequestDetails> => detailsOf(await surroundings({ system }, sourceControl, config), one);

const viewOf = ({ body: _, all_checks: __, ...view }: PullRequestDetails): PullRequestView => view;

const surroundings = async (
  { system }: Pick<OperationContext, 'system'>,
  sourceControl: SourceControl,
  config: Config,
): Promise<Surroundings> => ({
  ...{ sourceControl, config },
  folder: await folderInRepository(system, { ...config.source, directory: config.directory }),
  now: system.clock.now(),
});

/** So many are asked about at once: a host slows down whoever asks for more. */
const atOnce = 4;

const viewsOf = async (
  context: Pick<OperationContext, 'system'>,
  sourceControl: SourceControl,
  config: Config,
  found: readonly PullRequest[],
): Promise<readonly PullRequestView[]> => {
  const around = await surroundings(context, sourceControl, config);
  const views: PullRequestView[] = [];
  for (let start = 0; start < found.length; start += atOnce) {
    const part = await Promise.all(found.slice(start, start + atOnce).map((one) => detailsOf(around, one)));
    views.push(...part.map(viewOf));
  }
  return views;
};

/** `m3forge pr list`: the newest first, each with what it touches and how its checks are. */
export const listPullRequests = (
  context: OperationContext,
  filter: PullRequestFilter,
): Promise<Outcome<readonly PullRequestView[]>> =>
  withHost(context, async (sourceControl, config) =>
    viewsOf(context, sourceControl, config, await sourceControl.pullRequests(filter)),
  );

/** Among so many of the newest that were merged, those that are in no change set are looked for. */
const mostLookedAt = 500;

/** The state is open no longer than it is read: the host may take its time. */
const unclaimedOf = async (
  context: OperationContext,
  merged: readonly PullRequest[],
  lockTimeoutMs: number,
): Promise<readonly PullRequest[]> => {
  const outcome = await withSession(
    context,
    { command: 'm3forge pr list', permit: 'view', lockTimeoutMs },
    async (session) => success(await unclaimedAmong(session, merged)),
  );
  if (!outcome.ok) throw new Refusal(outcome.diagnostics);
  return outcome.value;
};

/** `m3forge pr list --unclaimed`: of those that were merged the ones that are in no change set and in no version. */
export const listUnclaimedPullRequests = (
  context: OperationContext,
  { limit, lockTimeoutMs, ...filter }: Omit<PullRequestFilter, 'state'> & { readonly lockTimeoutMs: number },
): Promise<Outcome<readonly PullRequestView[]>> =>
  withHost(context, async (sourceControl, config) => {
    const merged = await sourceControl.pullRequests({ ...filter, state: 'merged', limit: mostLookedAt });
    const unclaimed = await unclaimedOf(context, merged, lockTimeoutMs);
    return viewsOf(context, sourceControl, config, unclaimed.slice(0, limit));
  });

interface Numbered {
  readonly number: number;
}

/** `m3forge pr show`: one pull request, with everything that is known of it. */
export const showPullRequest = (
  context: OperationContext,
  { number }: Numbered,
): Promise<Outcome<PullRequestDetails>> =>
  withHost(context, async (sourceControl, config) =>
    describePullRequest(context, config, sourceControl, await sourceControl.pullRequest(number)),
  );

/** `m3forge pr checks`: what was checked at its head. */
export const pullRequestChecks = (
  context: OperationContext,
  { number }: Numbered,
): Promise<Outcome<PullRequestChecks>> =>
  withHost(context, async (sourceControl) => {
    const { head } = await sourceControl.pullRequest(number);
    const checks = await sourceControl.checks(head.commit);
    return { number, commit: head.commit, ...countChecks(checks), checks };
  });
