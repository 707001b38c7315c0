import type { Queryable } from '../database/index.ts';
import { type Outcome, problem, Refusal, refuse, success } from '../diagnostics/index.ts';
import { appendAudit, type ChangeSetRecord, markReady } from '../state/index.ts';
import { openHistory } from '../versions/index.ts';
import { requireRecorded } from './change-set-create.ts';
import { versionsWith } from './change-set-entries.ts';
import { changed, closed, requireChangeSet } from './change-set-lookup.ts';
import { type ChangeSetView, changeSetView, shortId, shownChange, shownChangeSet } from './change-set-views.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

/** Says that a draft is ready, with the entry of the audit trail. Throws `changeset-changed`. */
export const makeReady = async (
  transaction: Queryable,
  { context: { system, actor } }: Session,
  set: ChangeSetRecord,
  rule: string | null,
): Promise<void> => {
  const { id, name, entries } = set;
  const detail = { name, rule, commits: entries.map(({ commit }) => commit) };
  await appendAudit(transaction, system, { actor, event: 'changeset.ready', subject: id, detail });
  if (!(await markReady(transaction, set, actor))) throw changed(set);
};

/** What is in a change set may have changed its place in Git since it was added. */
const requireReleasable = async (session: Session, set: ChangeSetRecord): Promise<void> => {
  const { config, context } = session;
  const history = await openHistory(context.system, { ...config.source, directory: config.directory });
  const branch = await history.branch(set.branch);
  const out = (
    code: 'changeset-not-contained' | 'changeset-in-version',
    entry: ChangeSetRecord['entries'][number],
    why: string,
  ) =>
    problem(code, {
      detail: `${shownChange(entry)} of the change set ${shownChangeSet(set)} ${why}.`,
      hint: `Take it out, where that is right:\n\n    m3forge changeset remove ${shortId(set)} --commit ${entry.commit.slice(0, 12)} --reason TEXT`,
    });
  const commits = set.entries.map(({ commit }) => commit);
  const here = await history.present(commits);
  const versions = await versionsWith({ session, history }, commits);
  const problems = [];
  for (const entry of set.entries) {
    const { commit } = entry;
    const isOn = here.has(commit) && (await history.standing(branch, commit)).kind === 'on';
    const version = versions.get(commit);
    if (!isOn) problems.push(out('changeset-not-contained', entry, `is not on ${branch.name} any more`));
    else if (version !== undefined) problems.push(out('changeset-in-version', entry, `is in ${version} already`));
  }
  if (problems.length > 0) throw new Refusal(problems);
};

/** `m3forge changeset ready`: what is in it now may become a version. One that is ready stays as it is. */
export const readyChangeSet = (
  context: OperationContext,
  request: { readonly changeSet: string; readonly lockTimeoutMs: number },
): Promise<Outcome<ChangeSetView>> =>
  withSession(
    context,
    { command: 'm3forge changeset ready', permit: 'propose', ...request, tells: true },
    async (session) => {
      const set = await requireChangeSet(session.state, request.changeSet);
      if (set.version !== null) throw closed(set);
      if (set.entries.length === 0) {
        throw refuse('changeset-empty', {
          detail: `Nothing is in the change set ${shownChangeSet(set)}.`,
          hint: `Add what was merged:\n\n    m3forge changeset add ${shortId(set)} --pull-request NUMBER`,
        });
      }
      await requireReleasable(session, set);
      if (set.state === 'draft') {
        await session.state.transaction((transaction) => makeReady(transaction, session, set, null));
      }
      return success(changeSetView(await requireRecorded(session, set.id)));
    },
  );
