import { compareBumps } from '../artifacts/index.ts';
import { type Diagnostic, type Outcome, refuse, success, warning } from '../diagnostics/index.ts';
import {
  appendAudit,
  changeSetsOfVersion,
  findVersions,
  createVersion as recordCreated,
  recordVersionChanges,
  type VersionRecord,
  versionsMadeOf,
} from '../state/index.ts';
import { isPrerelease, parseVersionName } from '../values/index.ts';
import {
  type History,
  openHistory,
  openTagger,
  type Revision,
  type Tagger,
  takenThere,
  titleOf,
} from '../versions/index.ts';
import { refusable } from './refused.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { uncommittedIn } from './untagged.ts';
import { chooseChangeSets, closeChangeSets, newestCommit, notedChangeSet } from './version-change-sets.ts';
import {
  type Draft,
  draftVersion,
  type NewDraft,
  type Origin,
  shownDraft,
  taken,
  type VersionDraft,
  type VersionRequest,
} from './version-draft.ts';

export interface MadeVersion extends VersionDraft {
  /** `found`: it was there already, all of it or a part, and what was missing is done now. */
  readonly outcome: 'drafted' | 'created' | 'found';
}

/** Records the version, whose name then means this content for ever; another of the same name may have been faster. */
const record = (session: Session, { recorded, creation, sets, changes }: NewDraft): Promise<void> => {
  const { state, context, tell } = session;
  return state.transaction(async (transaction) => {
    // The audit trail lets one in at a time, so of two with one name the second sees the first.
    await appendAudit(transaction, context.system, {
      actor: context.actor,
      event: 'version.created',
      subject: recorded.name,
      detail: {
        commit: recorded.commit,
        manifest_digest: recorded.manifestDigest,
        base: creation.base,
        bump: creation.bump,
        demanded: creation.demanded,
        reason: creation.reason === null ? null : context.redactor.redact(creation.reason),
        change_sets: sets.map(({ id }) => id),
      },
    });
    if (!(await recordCreated(transaction, recorded, creation))) {
      const [known] = await findVersions(transaction, [recorded.name]);
      throw taken(recorded.name, known?.commit ?? 'another one');
    }
    await recordVersionChanges(transaction, recorded.name, changes);
    await closeChangeSets(transaction, session, sets, recorded.name);
    const { base, bump } = creation;
    const told = { version: recorded.name, commit: recorded.commit, base, bump, by: context.actor };
    await tell(transaction, { event: 'version_created', ...told });
  });
};

const messageOf = ({ recorded, creation, sets }: Draft): string => {
  const title = sets.length === 0 ? '' : `: ${titleOf(sets.map(notedChangeSet))}`;
  return `Release ${recorded.name}${title}\n\n${creation.notes}`;
};

/** What comes after a version is recorded: its tag, and handing that over. Both may have been done before. */
const finish = async ({ state, context }: Session, tagger: Tagger, draft: Draft, push?: string): Promise<void> => {
  const { name, commit } = draft.recorded;
  await tagger.tag({ name, commit, message: messageOf(draft) });
  if (push === undefined || (await tagger.remoteCommitOf(name, push)) === commit) return;
  const url = await tagger.remoteOf(push);
  await tagger.push(name, push);
  await state.transaction((transaction) =>
    appendAudit(transaction, context.system, {
      actor: context.actor,
      event: 'version.pushed',
      subject: name,
      detail: { commit, remote: push, url },
    }),
  );
};

const isPrereleaseName = (name: string): boolean => {
  const version = parseVersionName(name);
  return version !== undefined && isPrerelease(version);
};

/** The version that this commit was made into before, where that is what is asked for now. */
const madeBefore = async (
  { state }: Session,
  { commit }: Revision,
  { version, bump }: VersionRequest,
): Promise<VersionRecord | undefined> => {
  const made = await versionsMadeOf(state, commit);
  if (version !== undefined) return made.find(({ name }) => name === version);
  // Nobody gets a prerelease who did not name it; how far a number was to rise is asked for again as it was.
  return made.findLast(
    ({ name, created }) => !isPrereleaseName(name) && (bump === undefined || created?.bump === bump),
  );
};

const uncommittedWarnings = async (session: Session, { ref, changeSets = [] }: VersionRequest) => {
  // Of change sets only what was merged becomes a version.
  const files = ref === undefined && changeSets.length === 0 ? await uncommittedIn(session) : undefined;
  return files === undefined
    ? []
    : [warning('ref-uncommitted', { detail: `Not committed, and so not in the version: ${files}.` })];
};

/** A tag brings its commit along, to a remote where no branch leads to it. */
const unpushedWarnings = async (tagger: Tagger, commit: string, { push }: VersionRequest) =>
  push === undefined || (await tagger.isOnBranchOf(push, commit))
    ? []
    : [
        warning('version-commit-unpushed', {
          detail: `The commit ${commit.slice(0, 12)} is on no branch of ${push}, as far as was seen of it here. The tag is handed over all the same.`,
          hint: `Push the branch as well, or fetch what is there:\n    git push ${push} BRANCH`,
        }),
      ];

const declined = (): Error => refuse('apply-declined', { detail: 'No version was made.' });

/** What would stop the tag is found before anything is recorded, because what is recorded is for ever. */
const requireMakable = async (tagger: Tagger, { recorded }: Draft, { push, dryRun }: VersionRequest): Promise<void> => {
  const { name, commit } = recorded;
  await tagger.requireName(name);
  if (!dryRun) await tagger.requireIdentity();
  const there = push === undefined ? undefined : await tagger.remoteCommitOf(name, push);
  if (push !== undefined && there !== undefined && there !== commit) {
    throw takenThere(await tagger.remoteOf(push), name, push);
  }
};

/** A version that was made keeps its notes, whatever is asked for now. */
const keptNotes = ({ name }: VersionRecord, { notes }: VersionRequest) =>
  notes === undefined
    ? []
    : [
        warning('version-exists', {
          detail: `${name} was made before and keeps its release notes; --notes is not used.`,
        }),
      ];

/** What is needed to make a version, and what is known before. */
interface Making {
  readonly session: Session;
  readonly tagger: Tagger;
  readonly request: VersionRequest;
  readonly pushesTo: string | null;
  readonly warnings: readonly Diagnostic[];
}

/** A version that is recorded: what is missing of its tag and of handing that over is done now. */
const finishMade = async (
  { session, tagger, request, pushesTo, warnings }: Making,
  made: VersionRecord,
  creation: Draft['creation'],
): Promise<Outcome<MadeVersion>> => {
  const draft: Draft = { recorded: made, creation, sets: await changeSetsOfVersion(session.state, made.name) };
  const isTagged = (await tagger.commitOf(made.name)) === made.commit;
  const shown = shownDraft(draft, pushesTo);
  if (request.dryRun && !isTagged) return success({ ...shown, outcome: 'drafted' }, warnings);
  if (!isTagged) await requireMakable(tagger, draft, request);
  const isLeft = !isTagged || request.push !== undefined;
  if (!request.dryRun && isLeft && !(await request.confirm(shown, warnings))) throw declined();
  if (!request.dryRun) await finish(session, tagger, draft, request.push);
  return success({ ...shown, outcome: 'found' }, [...warnings, ...keptNotes(made, request)]);
};

/** Whether it may be made: by whoever asks for it, and by somebody more where it is more than a rule allows. */
const isAllowed = async (
  { confirm, byRule }: VersionRequest,
  shown: ReturnType<typeof shownDraft>,
  warnings: readonly Diagnostic[],
): Promise<boolean> => {
  const isMore = byRule && shown.base !== null && compareBumps(shown.demanded, byRule.bump) > 0;
  return (!isMore || (await byRule.confirmMore(shown))) && confirm(shown, warnings);
};

const makeNew = async (making: Making, history: History, origin: Origin): Promise<Outcome<MadeVersion>> => {
  const { session, tagger, request, pushesTo } = making;
  const drafted = await draftVersion(session, history, origin, request);
  if (!drafted.ok) return drafted;
  const shown = shownDraft(drafted.value, pushesTo);
  const warnings = [...making.warnings, ...drafted.diagnostics];
  await requireMakable(tagger, drafted.value, request);
  if (request.dryRun) return success({ ...shown, outcome: 'drafted' }, warnings);
  if (!(await isAllowed(request, shown, warnings))) throw declined();
  await record(session, drafted.value);
  await finish(session, tagger, drafted.value, request.push);
  return success({ ...shown, outcome: 'created' }, warnings);
};

/** Makes a version of a commit, or of change sets, within a session. What was begun before is finished. */
export const makeVersion = async (session: Session, request: VersionRequest): Promise<Outcome<MadeVersion>> => {
  const { config, context } = session;
  // A rule for change sets makes one, too.
  await session.authorize('version');
  const options = { ...config.source, directory: config.directory };
  const tagger = await openTagger(context.system, options);
  const history = await openHistory(context.system, options);
  const source = await session.source();
  const named = request.ref === undefined ? undefined : await source.revision(request.ref);
  const asked = { ...request, commit: named?.commit };
  const chosen = await chooseChangeSets(session, request.changeSets ?? [], asked);
  const { sets } = chosen;
  const pushesTo = request.push === undefined ? null : await tagger.remoteOf(request.push);
  const otherwise = async (): Promise<string> =>
    sets.length === 0 ? 'HEAD' : (chosen.made?.commit ?? newestCommit(history, sets));
  const revision = named ?? (await source.revision(await otherwise()));
  const making: Making = {
    ...{ session, tagger, request, pushesTo },
    warnings: [
      ...(await uncommittedWarnings(session, request)),
      ...(await unpushedWarnings(tagger, revision.commit, request)),
    ],
  };
  const made = sets.length === 0 ? await madeBefore(session, revision, request) : chosen.made;
  return made?.created ? finishMade(making, made, made.created) : makeNew(making, history, { revision, sets });
};

/** `m3forge version create`: numbers, describes, records and tags a commit. What was begun before is finished. */
export const createVersion = (context: OperationContext, request: VersionRequest): Promise<Outcome<MadeVersion>> =>
  withSession(
    context,
    { command: 'm3forge version create', permit: 'version', ...request, tells: !request.dryRun },
    request.dryRun
      ? (session) => makeVersion(session, request)
      : refusable({ what: 'version', target: null, version: request.version }, (session) =>
          makeVersion(session, request),
        ),
  );
