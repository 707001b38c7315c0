import type { Queryable } from '../database/index.ts';
import { type Outcome, Refusal, refuse, success } from '../diagnostics/index.ts';
import {
  addEntries,
  appendAudit,
  type ChangeSetRecord,
  changeSetById,
  createChangeSet as createInState,
  type NewChangeSet,
  type NewEntry,
  openChangeSetNamed,
} from '../state/index.ts';
import { type ChangeSetType, faultOfText, type JsonObject } from '../values/index.ts';
import { openHistory } from '../versions/index.ts';
import { findChanges, type WantedChanges } from './change-set-entries.ts';
import { takenFrom } from './change-set-lookup.ts';
import { requireUnclaimed } from './change-set-unclaimed.ts';
import { type ChangeSetView, changeSetView, shownChangeSet } from './change-set-views.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

export interface ChangeSetRequest extends WantedChanges {
  readonly name: string;
  readonly description: string;
  readonly type: ChangeSetType;
  /** The branch that its changes are on; the main one where it is not given. */
  readonly branch?: string | undefined;
  /** It begins with all merged pull requests since the last version that are in no change set, too. */
  readonly unclaimed?: boolean;
  /** Labels of the changes that it begins with. */
  readonly labels: readonly string[];
  readonly lockTimeoutMs: number;
}

/** Entries as the audit trail tells of them. */
export const auditedEntries = (entries: readonly NewEntry[]): JsonObject => ({
  commits: entries.map(({ commit }) => commit),
  pull_requests: [...new Set(entries.flatMap(({ pullRequest }) => pullRequest ?? []))],
  labels: [...new Set(entries.flatMap(({ labels }) => labels))],
});

type Text = readonly [what: string, kind: Parameters<typeof faultOfText>[0], text: string];

/** What people wrote must be something that a list can show, on one line. */
const requireText = ([what, kind, text]: Text): void => {
  const fault = faultOfText(kind, text);
  if (fault === undefined) return;
  throw refuse('changeset-text', { detail: `${what} ${fault}.`, hint: 'Write a few words on one line.' });
};

/** Throws `changeset-text`. */
export const requireLabels = (labels: readonly string[]): void => {
  for (const label of labels) requireText([`The label "${label.replace(/\p{Cc}/gu, ' ')}"`, 'label', label]);
};

const nameTaken = (set: ChangeSetRecord | undefined, name: string): Error =>
  refuse('changeset-exists', {
    detail: `The change set ${set ? shownChangeSet(set) : `"${name}"`} is open.`,
    hint: `Add to it, or choose another name:\n\n    m3forge changeset add ${set?.id.slice(0, 8) ?? 'ID'} --pull-request NUMBER`,
  });

/** Makes a change set with what it begins with, and the entry of the audit trail. False where its name is taken. */
export const makeChangeSet = async (
  transaction: Queryable,
  { context }: Session,
  made: NewChangeSet,
  entries: readonly NewEntry[],
): Promise<boolean> => {
  const { id, name, type, branch, rule, createdBy } = made;
  await appendAudit(transaction, context.system, {
    actor: createdBy,
    event: 'changeset.created',
    subject: id,
    detail: { name, type, branch, rule, ...auditedEntries(entries) },
  });
  if (!(await createInState(transaction, made))) return false;
  // Only now, when nobody else can write, is it certain who holds what.
  const taken = await takenFrom(transaction, entries, id);
  if (taken.length > 0) throw new Refusal(taken);
  if (entries.length === 0 || (await addEntries(transaction, { id, by: createdBy, entries }))) return true;
  throw new Error(`the changes of the new change set ${id} are in it already`);
};

export const requireRecorded = async ({ state }: Session, id: string): Promise<ChangeSetRecord> => {
  const set = await changeSetById(state, id);
  if (!set) throw new Error(`the change set ${id} was recorded and is not there`);
  return set;
};

/** `m3forge changeset create`: begins a change set, empty or with what was merged. */
export const createChangeSet = (
  context: OperationContext,
  request: ChangeSetRequest,
): Promise<Outcome<ChangeSetView>> =>
  withSession(
    context,
    { command: 'm3forge changeset create', permit: 'propose', ...request, tells: true },
    async (session) => {
      const { state, config } = session;
      const { name, description, type, labels } = request;
      requireText(['The name', 'name', name]);
      if (description !== '') requireText(['The description', 'description', description]);
      requireLabels(labels);
      const known = await openChangeSetNamed(state, name);
      if (known) throw nameTaken(known, name);
      const history = await openHistory(context.system, { ...config.source, directory: config.directory });
      const branch = await history.branch(request.branch);
      const search = { session, history, branch };
      const named = await findChanges(search, request, labels);
      const others = request.unclaimed ? await requireUnclaimed(search, labels) : [];
      const entries = [...new Map([...named, ...others].map((entry) => [entry.commit, entry])).values()];
      const id = context.system.ids.uuid();
      const made = { id, name, description, type, branch: branch.name, rule: null, createdBy: session.context.actor };
      await state.transaction(async (transaction) => {
        if (await makeChangeSet(transaction, session, made, entries)) return;
        throw nameTaken(await openChangeSetNamed(transaction, name), name);
      });
      return success(changeSetView(await requireRecorded(session, id)));
    },
  );
