import type { Queryable } from '../database/index.ts';
import { type Outcome, problem, Refusal, success } from '../diagnostics/index.ts';
import { addEntries, appendAudit, type ChangeSetRecord, type NewEntry, removeEntries } from '../state/index.ts';
import { auditedEntries, requireRecorded } from './change-set-create.ts';
import { changed, closed, requireChangeSet, takenFrom } from './change-set-lookup.ts';
import { type ChangeSetView, changeSetView, shownChangeSet } from './change-set-views.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

/** What a change set does not have yet. Pure. */
export const notIn = (set: ChangeSetRecord | undefined, entries: readonly NewEntry[]): readonly NewEntry[] => {
  const known = new Set(set?.entries.map(({ commit }) => commit));
  return entries.filter(({ commit }) => !known.has(commit));
};

/** Adds to an open change set, with the entry of the audit trail; it is a draft from then on. */
export const extendChangeSet = async (
  transaction: Queryable,
  { context: { system, actor } }: Session,
  set: ChangeSetRecord,
  { entries, rule }: { readonly entries: readonly NewEntry[]; readonly rule: string | null },
): Promise<void> => {
  const detail = { name: set.name, rule, ...auditedEntries(entries) };
  await appendAudit(transaction, system, { actor, event: 'changeset.added', subject: set.id, detail });
  // Only now, when nobody else can write, is it certain who holds what.
  const taken = await takenFrom(transaction, entries, set.id);
  if (taken.length > 0) throw new Refusal(taken);
  if (!(await addEntries(transaction, { id: set.id, by: actor, entries }))) throw changed(set);
};

export interface RemoveRequest {
  readonly changeSet: string;
  readonly pullRequests: readonly number[];
  /** Ids of commits, or the beginnings of them, at least 4 characters. */
  readonly commits: readonly string[];
  readonly reason: string;
  readonly lockTimeoutMs: number;
}

/** The entries that are meant; each of them must be there. */
const entriesToRemove = (set: ChangeSetRecord, request: RemoveRequest): readonly NewEntry[] => {
  const meant = new Set<NewEntry>();
  const missing: string[] = [];
  const take = (what: string, isMeant: (entry: NewEntry) => boolean): void => {
    const found = set.entries.filter(isMeant);
    if (found.length === 0) missing.push(what);
    for (const entry of found) meant.add(entry);
  };
  for (const number of request.pullRequests) take(`#${number}`, ({ pullRequest }) => pullRequest === number);
  for (const id of request.commits) {
    take(`the commit ${id}`, ({ commit }) => /^[0-9a-f]{4,}$/.test(id) && commit.startsWith(id));
  }
  if (missing.length === 0) return [...meant];
  throw new Refusal(
    missing.map((what) =>
      problem('changeset-lacks', {
        detail: `The change set ${shownChangeSet(set)} does not have ${what}.`,
        hint: `See what is in it:\n\n    m3forge changeset show ${set.id.slice(0, 8)}`,
      }),
    ),
  );
};

/** `m3forge changeset remove`: takes changes out of an open change set, which is a draft from then on. */
export const removeFromChangeSet = (
  context: OperationContext,
  request: RemoveRequest,
): Promise<Outcome<ChangeSetView>> =>
  withSession(
    context,
    { command: 'm3forge changeset remove', permit: 'propose', ...request, tells: true },
    async (session) => {
      const set = await requireChangeSet(session.state, request.changeSet);
      if (set.version !== null) throw closed(set);
      const entries = entriesToRemove(set, request);
      const { actor, system, redactor } = session.context;
      const reason = redactor.redact(request.reason);
      await session.state.transaction(async (transaction) => {
        const detail = { name: set.name, reason, ...auditedEntries(entries) };
        await appendAudit(transaction, system, { actor, event: 'changeset.removed', subject: set.id, detail });
        const commits = entries.map(({ commit }) => commit);
        if (!(await removeEntries(transaction, { id: set.id, commits }))) throw changed(set);
      });
      return success(changeSetView(await requireRecorded(session, set.id)));
    },
  );
