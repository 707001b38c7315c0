import { type Outcome, refuse, success, warning } from '../diagnostics/index.ts';
import {
  appendAudit,
  findVersions,
  createVersion as recordCreated,
  type VersionRecord,
  versionsMadeOf,
} from '../state/index.ts';
import { isPrerelease, parseVersionName } from '../values/index.ts';
import { openTagger, type Revision, type Tagger, takenThere } from '../versions/index.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { uncommittedIn } from './untagged.ts';
import {
  type Draft,
  draftVersion,
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
const record = ({ state, context }: Session, { recorded, creation }: Draft): Promise<void> =>
  state.transaction(async (transaction) => {
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
        reason: creation.reason,
      },
    });
    if (await recordCreated(transaction, recorded, creation)) return;
    const [known] = await findVersions(transaction, [recorded.name]);
    throw taken(recorded.name, known?.commit ?? 'another one');
  });

const messageOf = ({ recorded, creation }: Draft): string => `Release ${recorded.name}\n\n${creation.notes}`;

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

const uncommittedWarnings = async (session: Session, { ref }: VersionRequest) => {
  const files = ref === undefined ? await uncommittedIn(session) : undefined;
  return files === undefined
    ? []
    : [warning('ref-uncommitted', { detail: `Not committed, and so not in the version: ${files}.` })];
};

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

const makeVersion = async (session: Session, request: VersionRequest): Promise<Outcome<MadeVersion>> => {
  const { config, context } = session;
  const tagger = await openTagger(context.system, { ...config.source, directory: config.directory });
  const revision = await (await session.source()).revision(request.ref ?? 'HEAD');
  const pushesTo = request.push === undefined ? null : await tagger.remoteOf(request.push);
  const warnings = await uncommittedWarnings(session, request);
  const made = await madeBefore(session, revision, request);
  if (made?.created) {
    const draft: Draft = { recorded: made, creation: made.created };
    const isTagged = (await tagger.commitOf(made.name)) === made.commit;
    const shown = shownDraft(draft, pushesTo);
    if (request.dryRun && !isTagged) return success({ ...shown, outcome: 'drafted' }, warnings);
    if (!isTagged) await requireMakable(tagger, draft, request);
    const isLeft = !isTagged || request.push !== undefined;
    if (!request.dryRun && isLeft && !(await request.confirm(shown))) throw declined();
    if (!request.dryRun) await finish(session, tagger, draft, request.push);
    return success({ ...shown, outcome: 'found' }, [...warnings, ...keptNotes(made, request)]);
  }
  const drafted = await draftVersion(session, tagger, revision, request);
  if (!drafted.ok) return drafted;
  const shown = shownDraft(drafted.value, pushesTo);
  const diagnostics = [...warnings, ...drafted.diagnostics];
  await requireMakable(tagger, drafted.value, request);
  if (request.dryRun) return success({ ...shown, outcome: 'drafted' }, diagnostics);
  if (!(await request.confirm(shown))) throw declined();
  await record(session, drafted.value);
  await finish(session, tagger, drafted.value, request.push);
  return success({ ...shown, outcome: 'created' }, diagnostics);
};

/** `m3forge version create`: numbers, describes, records and tags a commit. What was begun before is finished. */
export const createVersion = (context: OperationContext, request: VersionRequest): Promise<Outcome<MadeVersion>> =>
  withSession(context, { command: 'm3forge version create', ...request }, (session) => makeVersion(session, request));
