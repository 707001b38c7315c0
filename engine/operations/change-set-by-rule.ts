import type { ChangeSetRule } from '../config/index.ts';
import { type Outcome, Refusal, refuse, success, warning } from '../diagnostics/index.ts';
import {
  type ChangeSetRecord,
  changeSetById,
  listChangeSets,
  type NewEntry,
  openChangeSetNamed,
} from '../state/index.ts';
import { isSameLabel } from '../values/index.ts';
import { openHistory } from '../versions/index.ts';
import { makeChangeSet, requireRecorded } from './change-set-create.ts';
import { findChanges, type WantedChanges } from './change-set-entries.ts';
import { extendChangeSet, notIn } from './change-set-extend.ts';
import { makeReady } from './change-set-ready.ts';
import { type ChangeSetView, changeSetView, shortId, shownChangeSet } from './change-set-views.ts';
import { asOutcome, type Session } from './session.ts';
import { type MadeVersion, makeVersion } from './version-create.ts';
import type { VersionDraft } from './version-draft.ts';

export interface AddRequest extends WantedChanges {
  /** An id, the beginning of one, or a name; without it the rules of the configuration choose by the labels. */
  readonly changeSet?: string | undefined;
  readonly labels: readonly string[];
  /** Where it was merged, for a change set that a rule makes; the main branch where it is not given. */
  readonly branch?: string | undefined;
  /** The remote that the tag of a version is handed over to, where a rule makes one. */
  readonly push?: string | undefined;
  /** Asked where the content demands more of a version than its rule allows. */
  readonly confirmMore: (draft: VersionDraft) => Promise<boolean>;
  readonly lockTimeoutMs: number;
}

/** What became of changes that were to be added. */
export interface AddedChanges {
  /** Null where no rule is for them. */
  readonly change_set: ChangeSetView | null;
  /** The commits that were not in it before. */
  readonly added: readonly string[];
  /** It was ready, and is a draft again. */
  readonly reopened: boolean;
  /** The label of the rule that chose it. */
  readonly rule: string | null;
  /** What the rule made of it. */
  readonly version: MadeVersion | null;
}

/** The rule that is for these labels; the first one where several are. Pure. */
export const ruleFor = (rules: readonly ChangeSetRule[], labels: readonly string[]): ChangeSetRule | undefined =>
  rules.find((rule) => labels.some((label) => isSameLabel(rule.label, label)));

const noRules = (): Error =>
  refuse('changeset-rule-missing', {
    detail:
      'Without a change set, the rules of the configuration choose one by the labels, and it has no auto_changeset_rules.',
    hint: 'Name the change set:\n\n    m3forge changeset add CHANGESET --pull-request NUMBER',
  });

const noRuleFor = (labels: readonly string[]) =>
  warning('changeset-rule-missing', {
    detail: `No rule is for ${labels.map((label) => `"${label}"`).join(', ')}: nothing was added.`,
    hint: 'Rules stand under auto_changeset_rules in the configuration.',
  });

const otherBranch = (open: ChangeSetRecord, branch: string): Error =>
  refuse('changeset-exists', {
    detail: `The change set ${shownChangeSet(open)} is open for the branch ${open.branch}, not for ${branch}.`,
    hint: `A change set has one branch. Make a version of it first:\n\n    m3forge version create --changeset ${shortId(open)}`,
  });

/** Where changes went. */
interface Followed {
  readonly id: string;
  readonly added: readonly NewEntry[];
  readonly reopened: boolean;
}

/** Somebody made a change set of that name in between. */
class Raced extends Error {}

/** Puts changes where a rule wants them: into the open change set of its name, or into a new one. */
const follow = (session: Session, rule: ChangeSetRule, branch: string, found: readonly NewEntry[]): Promise<Followed> =>
  session.state.transaction(async (transaction) => {
    const { actor, system } = session.context;
    const open = await openChangeSetNamed(transaction, rule.changeSet);
    const entries = notIn(open, found);
    const id = open?.id ?? system.ids.uuid();
    if (!open) {
      const made = { id, name: rule.changeSet, description: '', type: rule.type, branch, rule: rule.label };
      if (!(await makeChangeSet(transaction, session, { ...made, createdBy: actor }, entries))) throw new Raced();
    } else if (entries.length > 0) {
      await extendChangeSet(transaction, session, open, { entries, rule: rule.label });
    }
    const now = await changeSetById(transaction, id);
    if (rule.autoVersion && now?.state === 'draft') await makeReady(transaction, session, now, rule.label);
    return { id, added: entries, reopened: entries.length > 0 && open?.state === 'ready' && !rule.autoVersion };
  });

const followDespiteRace: typeof follow = async (...args) => {
  try {
    return await follow(...args);
  } catch (error) {
    if (!(error instanceof Raced)) throw error;
    // It is there now, so that this time nothing has to be made.
    return follow(...args);
  }
};

/** The change set that a rule made a version of, where that has all that is asked for: an earlier run came that far. */
const settledBefore = async (
  { state }: Session,
  rule: ChangeSetRule,
  { pullRequests, commits }: AddRequest,
): Promise<ChangeSetRecord | undefined> => {
  const isIn = ({ entries }: ChangeSetRecord): boolean =>
    pullRequests.every((number) => entries.some(({ pullRequest }) => pullRequest === number)) &&
    commits.every((id) => entries.some(({ commit }) => id.length >= 4 && commit.startsWith(id)));
  const sets = await listChangeSets(state);
  return sets.find((set) => set.version !== null && set.rule === rule.label && isIn(set));
};

const isInVersion = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.every(({ code }) => code === 'changeset-in-version');

/** Makes the version that a rule wants; what stops it is told beside what was added. */
const versionByRule = async (
  session: Session,
  rule: ChangeSetRule,
  id: string,
  { push, confirmMore, lockTimeoutMs }: AddRequest,
) =>
  asOutcome(() =>
    makeVersion(session, {
      ...{ changeSets: [id], allowBreaking: false, reason: null, dryRun: false, push, lockTimeoutMs },
      confirm: () => Promise.resolve(true),
      byRule: { bump: rule.bump, confirmMore },
    }),
  );

/** Adds changes to the change set that the first rule for their labels names. */
export const addByRule = async (session: Session, request: AddRequest): Promise<Outcome<AddedChanges>> => {
  const { config, context, state } = session;
  const { changeSetRules } = config;
  if (changeSetRules.length === 0) throw noRules();
  const rule = ruleFor(changeSetRules, request.labels);
  const nothing = { change_set: null, added: [], reopened: false, rule: null, version: null };
  if (!rule) return success(nothing, [noRuleFor(request.labels)]);
  const history = await openHistory(context.system, { ...config.source, directory: config.directory });
  const open = await openChangeSetNamed(state, rule.changeSet);
  const branch = await history.branch(request.branch ?? open?.branch);
  if (open && open.branch !== branch.name) throw otherBranch(open, branch.name);
  const followed = await findChanges({ session, history, branch }, request, request.labels).then(
    (found) => followDespiteRace(session, rule, branch.name, found),
    async (error: unknown): Promise<Followed> => {
      const settled = isInVersion(error) ? await settledBefore(session, rule, request) : undefined;
      if (!settled) throw error;
      return { id: settled.id, added: [], reopened: false };
    },
  );
  const made = rule.autoVersion ? await versionByRule(session, rule, followed.id, request) : undefined;
  return success(
    {
      change_set: changeSetView(await requireRecorded(session, followed.id)),
      added: followed.added.map(({ commit }) => commit),
      reopened: followed.reopened,
      rule: rule.label,
      version: made?.ok ? made.value : null,
    },
    made?.diagnostics ?? [],
  );
};
