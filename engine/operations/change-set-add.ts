import { type Outcome, success } from '../diagnostics/index.ts';
import type { ChangeSetRecord, NewEntry } from '../state/index.ts';
import { openHistory } from '../versions/index.ts';
import { type AddedChanges, type AddRequest, addByRule } from './change-set-by-rule.ts';
import { requireLabels, requireRecorded } from './change-set-create.ts';
import { findChanges } from './change-set-entries.ts';
import { extendChangeSet, notIn } from './change-set-extend.ts';
import { closed, requireChangeSet } from './change-set-lookup.ts';
import { changeSetView } from './change-set-views.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

/** Adds to the change set that somebody named. */
const addTo = async (session: Session, set: ChangeSetRecord, request: AddRequest): Promise<Outcome<AddedChanges>> => {
  const { state, config, context } = session;
  if (set.version !== null) throw closed(set);
  const history = await openHistory(context.system, { ...config.source, directory: config.directory });
  const branch = await history.branch(set.branch);
  const found = await findChanges({ session, history, branch }, request, request.labels);
  const entries: readonly NewEntry[] = notIn(set, found);
  if (entries.length > 0) {
    await state.transaction((transaction) => extendChangeSet(transaction, session, set, { entries, rule: null }));
  }
  return success({
    change_set: changeSetView(await requireRecorded(session, set.id)),
    added: entries.map(({ commit }) => commit),
    reopened: entries.length > 0 && set.state === 'ready',
    ...{ rule: null, version: null },
  });
};

/**
 * `m3forge changeset add`: adds what was merged to a change set, or to the one that a rule has for its labels, and makes a
 * version of it where the rule says so. What is in it already is passed over, so that a run that stopped goes on. Where the
 * version could not be made, the value says what was added, and the diagnostics why.
 */
export const addToChangeSet = (context: OperationContext, request: AddRequest): Promise<Outcome<AddedChanges>> =>
  withSession(
    context,
    { command: 'm3forge changeset add', permit: 'propose', ...request, tells: true },
    async (session) => {
      requireLabels(request.labels);
      const { changeSet } = request;
      return changeSet === undefined
        ? addByRule(session, request)
        : addTo(session, await requireChangeSet(session.state, changeSet), request);
    },
  );
