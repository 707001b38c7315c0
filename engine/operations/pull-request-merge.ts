import { type Outcome, Refusal, refuse, success } from '../diagnostics/index.ts';
import type { CommitCheck, MergeOrder, PullRequest, SourceControl } from '../provider/index.ts';
import { appendAudit } from '../state/index.ts';
import { counted, visible } from '../values/index.ts';
import { trustedConfig } from './preview-surroundings.ts';
import { describePullRequest, type PullRequestDetails } from './pull-requests.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { withSourceControl } from './source-control.ts';

export interface MergeRequest {
  readonly number: number;
  readonly method: MergeOrder['method'];
  /** Asked with what would be merged. */
  readonly confirm: (one: PullRequestDetails) => Promise<boolean>;
  readonly lockTimeoutMs: number;
}

export interface MergedPullRequest {
  readonly number: number;
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly method: MergeOrder['method'];
  /** What the host made of it. */
  readonly commit: string;
  readonly labels: readonly string[];
}

/** Names that a sentence lists; more are counted. */
const mostNames = 5;

const namesOf = (checks: readonly CommitCheck[]): string => {
  const names = checks.map(({ name }) => `"${visible(name)}"`);
  const more = names.length - mostNames;
  return more > 0 ? `${names.slice(0, mostNames).join(', ')} and ${more} more` : names.join(', ');
};

/** Why a pull request is not merged, and what to do; undefined where nothing stands in the way. Pure. */
export const faultOfMerge = (
  one: Pick<PullRequest, 'state' | 'isDraft' | 'head'>,
  checks: readonly CommitCheck[],
  head: string,
): { readonly why: string; readonly hint?: string } | undefined => {
  if (one.state !== 'open') return { why: one.state === 'merged' ? 'it is merged already' : 'it is closed' };
  if (one.isDraft) return { why: 'it is a draft', hint: 'Whoever opened it says when it is ready.' };
  if (one.head.commit !== head) {
    return { why: 'its head has moved since it was looked at', hint: 'Look at it again.' };
  }
  const failed = checks.filter(({ state }) => state === 'failure');
  if (failed.length > 0) return { why: `${counted(failed.length, 'check')} failed: ${namesOf(failed)}` };
  const pending = checks.filter(({ state }) => state === 'pending');
  if (pending.length === 0) return undefined;
  const have = pending.length === 1 ? 'has' : 'have';
  return { why: `${counted(pending.length, 'check')} ${have} not ended: ${namesOf(pending)}`, hint: 'Wait for that.' };
};

const requireMergeable = async (sourceControl: SourceControl, one: PullRequest, head: string): Promise<void> => {
  const fault = faultOfMerge(one, await sourceControl.checks(one.head.commit), head);
  if (!fault) return;
  const detail = `Pull request ${one.number} is not merged: ${fault.why}.`;
  throw refuse('pull-request-not-merged', { detail, hint: fault.hint });
};

/** An order whose answer was lost is not sent again: the host says what became of it. */
const mergeOnce = async (
  sourceControl: SourceControl,
  number: number,
  order: MergeOrder,
): Promise<{ readonly commit: string }> => {
  try {
    return await sourceControl.merge(number, order);
  } catch (error) {
    const isLost =
      error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'source-control-unreachable');
    const after = isLost ? await sourceControl.pullRequest(number) : undefined;
    if (after?.state !== 'merged' || after.head.commit !== order.head || after.mergeCommit === null) throw error;
    return { commit: after.mergeCommit };
  }
};

const recordEntry = (
  { state, context }: Session,
  event: 'pull_request.merging' | 'pull_request.merged',
  subject: string,
  detail: Parameters<typeof appendAudit>[2]['detail'],
): Promise<void> =>
  state.transaction((transaction) =>
    appendAudit(transaction, context.system, { actor: context.actor, event, subject, detail }),
  );

/**
 * `m3forge pr merge`: lets the host merge a pull request whose checks have passed, while its head is the one that was looked
 * at. The audit trail says so before and after, so that what the host did is told also where this program ends in between.
 */
export const mergePullRequest = (
  context: OperationContext,
  { number, method, confirm, lockTimeoutMs }: MergeRequest,
): Promise<Outcome<MergedPullRequest>> =>
  withSession(context, { command: 'm3forge pr merge', permit: 'version', lockTimeoutMs }, async (session) => {
    // What lies on the disk may be a head, which could send the token anywhere.
    const trusted = await trustedConfig(session.context);
    if (!trusted.ok) return trusted;
    return withSourceControl(session.context, trusted.value, async (sourceControl) => {
      const seen = await sourceControl.pullRequest(number);
      const { commit: head } = seen.head;
      await requireMergeable(sourceControl, seen, head);
      if (!(await confirm(await describePullRequest(session.context, trusted.value, sourceControl, seen)))) {
        throw refuse('apply-declined', { detail: 'Nothing was merged.' });
      }
      // The question may have taken a while.
      const one = await sourceControl.pullRequest(number);
      await requireMergeable(sourceControl, one, head);
      const subject = `pull_request.${number}`;
      const detail = {
        repository: trusted.value.sourceControl?.repository ?? null,
        base: one.base.branch,
        head,
        method,
      };
      await recordEntry(session, 'pull_request.merging', subject, detail);
      const { commit } = await mergeOnce(sourceControl, number, { head, method });
      await recordEntry(session, 'pull_request.merged', subject, { ...detail, commit });
      const { title, labels } = one;
      return success({ number, title, head, base: one.base.branch, method, commit, labels });
    });
  });
