import { basename, dirname } from 'node:path';
import { type Bump, type Evidence, greatestBump } from '../artifacts/index.ts';
import { failure, hasErrors, type Outcome, refuse, success, warning } from '../diagnostics/index.ts';
import { readTextFile } from '../documents/index.ts';
import { evidenceBetween, prepareVersion, type ReadyVersion } from '../plan/index.ts';
import {
  appendAudit,
  findVersions,
  type RecordedVersion,
  createVersion as recordCreated,
  type VersionCreation,
  type VersionRecord,
  versionsMadeOf,
} from '../state/index.ts';
import { compareVersions, isPrerelease, type JsonValue } from '../values/index.ts';
import {
  chooseNextVersion,
  openTagger,
  type Revision,
  releaseNotes,
  type TaggedVersion,
  type Tagger,
  untaggedVersion,
} from '../versions/index.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { uncommittedIn } from './untagged.ts';

export interface VersionRequest {
  /** The commit that becomes a version; HEAD where it is not given. */
  readonly ref?: string | undefined;
  /** The number, or how far it is to rise; what the content demands where neither is given. */
  readonly version?: string | undefined;
  readonly bump?: Bump | undefined;
  readonly allowBreaking: boolean;
  /** Why a number that rises too little is right. */
  readonly reason: string | null;
  /** Release notes in the place of those that m3forge writes. */
  readonly notes?: { readonly path: string; readonly shown: string } | undefined;
  /** The remote that the tag is handed over to. */
  readonly push?: string | undefined;
  /** Says what would be made, and makes nothing. */
  readonly dryRun: boolean;
  readonly confirm: (draft: VersionDraft) => Promise<boolean>;
  readonly lockTimeoutMs: number;
}

/** A version before it is made. */
export interface VersionDraft {
  readonly version: string;
  readonly commit: string;
  /** The version that it follows. */
  readonly base: string | null;
  readonly bump: Bump | null;
  readonly demanded: Bump;
  readonly evidence: readonly Evidence[];
  readonly reason: string | null;
  readonly notes: string;
  readonly manifest_digest: string;
  /** Where the tag goes to, as Git knows it; null where it stays here. */
  readonly pushes_to: string | null;
}

export interface MadeVersion extends VersionDraft {
  /** `found`: it was there already, all of it or a part, and what was missing is done now. */
  readonly outcome: 'drafted' | 'created' | 'found';
}

const largestNotes = 64 * 1024;

const readNotes = async ({ path, shown }: NonNullable<VersionRequest['notes']>): Promise<Outcome<string>> => {
  const read = await readTextFile(dirname(path), basename(path), { maxBytes: largestNotes, filename: shown });
  return read.ok ? success(read.value.text) : read;
};

/** The highest version among the ancestors of a commit; prereleases come before a version and are no basis for one. */
const baseOf = async (session: Session, tagger: Tagger, commit: string): Promise<TaggedVersion | undefined> => {
  const before = new Set(await tagger.tagsUpTo(commit));
  return (await session.tags())
    .filter(({ version }) => before.has(version.name) && !isPrerelease(version))
    .sort((left, right) => compareVersions(left.version, right.version))
    .at(-1);
};

const prepare = async (session: Session, tagged: TaggedVersion, basis?: string): Promise<Outcome<ReadyVersion>> => {
  const { config, state } = session;
  return prepareVersion({ config, state, source: await session.source() }, tagged, basis);
};

const taken = (name: string, commit: string): Error =>
  refuse('version-exists', {
    detail: `${name} is the commit ${commit}.`,
    hint: `A version never changes. Name another one:\n\n    m3forge version create VERSION`,
  });

const alreadyThere = ({ version, commit }: TaggedVersion): Error =>
  refuse('version-exists', {
    detail: `The commit ${commit} is ${version.name} already, and nothing was committed since.`,
    hint: 'Name a commit with --ref, or a version that this commit is to have as well.',
  });

/** The version before it is made: its number, why it has that one, and what it brings. */
const draftVersion = async (
  session: Session,
  tagger: Tagger,
  revision: Revision,
  request: VersionRequest,
): Promise<Outcome<Draft>> => {
  const { versionPattern, includePrerelease } = session.config.source;
  const { commit } = revision;
  const { version: wanted, bump: wantedBump, allowBreaking, reason } = request;
  const base = await baseOf(session, tagger, commit);
  if (base?.commit === commit && wanted === undefined && wantedBump === undefined) throw alreadyThere(base);
  const before = base && (await prepare(session, base));
  if (before && !before.ok) return before;
  const after = await prepare(session, untaggedVersion(revision, false), before?.value.manifestDigest);
  if (!after.ok) return after;
  const { findings, manifestDigest } = after.value;
  if (hasErrors(findings)) return failure(findings);
  const evidence = await evidenceBetween(before?.value, after.value);
  const demanded = greatestBump(evidence);
  const wish = { version: wanted, bump: wantedBump };
  const next = { base: base?.version, demanded, wish, allowBreaking, versionPattern, includePrerelease };
  const chosen = chooseNextVersion(next);
  if (!chosen.ok) return chosen;
  const { version, bump = null } = chosen.value;
  const twin = (await session.tags()).find((tag) => tag.version.semver === version.semver);
  if (twin) throw taken(twin.version.name, twin.commit);
  const commits = await tagger.commitsSince(base?.commit, commit);
  const written = request.notes && (await readNotes(request.notes));
  if (written && !written.ok) return written;
  const generated = { version: version.name, base: base?.version.name, bump: chosen.value.bump, commits, evidence };
  return success(
    {
      recorded: { name: version.name, commit, treeId: revision.treeId, manifestDigest },
      creation: {
        ...{ by: session.context.actor, base: base?.version.name ?? null, bump, demanded, reason },
        evidence: evidence as unknown as JsonValue,
        notes: written?.value ?? releaseNotes(generated),
      },
    },
    findings,
  );
};

interface Draft {
  readonly recorded: RecordedVersion;
  readonly creation: VersionCreation;
}

const shownDraft = ({ recorded, creation }: Draft, pushesTo: string | null): VersionDraft => ({
  version: recorded.name,
  commit: recorded.commit,
  base: creation.base,
  bump: creation.bump,
  demanded: creation.demanded,
  evidence: creation.evidence as unknown as readonly Evidence[],
  reason: creation.reason,
  notes: creation.notes,
  manifest_digest: recorded.manifestDigest,
  pushes_to: pushesTo,
});

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
  if (push === undefined) return;
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

/** The version that this commit was made into before, where that is what is asked for now. */
const madeBefore = async (
  { state }: Session,
  { commit }: Revision,
  { version, bump }: VersionRequest,
): Promise<VersionRecord | undefined> => {
  if (bump !== undefined) return undefined;
  const made = await versionsMadeOf(state, commit);
  return version === undefined ? made.at(-1) : made.find(({ name }) => name === version);
};

const uncommittedWarnings = async (session: Session, { ref }: VersionRequest) => {
  const files = ref === undefined ? await uncommittedIn(session) : undefined;
  return files === undefined
    ? []
    : [warning('ref-uncommitted', { detail: `Not committed, and so not in the version: ${files}.` })];
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
    if (!request.dryRun) await finish(session, tagger, draft, request.push);
    return success({ ...shownDraft(draft, pushesTo), outcome: 'found' }, [...warnings, ...keptNotes(made, request)]);
  }
  const drafted = await draftVersion(session, tagger, revision, request);
  if (!drafted.ok) return drafted;
  const shown = shownDraft(drafted.value, pushesTo);
  const diagnostics = [...warnings, ...drafted.diagnostics];
  if (request.dryRun) return success({ ...shown, outcome: 'drafted' }, diagnostics);
  if (!(await request.confirm(shown))) throw refuse('apply-declined', { detail: 'No version was made.' });
  await record(session, drafted.value);
  await finish(session, tagger, drafted.value, request.push);
  return success({ ...shown, outcome: 'created' }, diagnostics);
};

/** `m3forge version create`: numbers, describes, records and tags a commit. What was begun before is finished. */
export const createVersion = (context: OperationContext, request: VersionRequest): Promise<Outcome<MadeVersion>> =>
  withSession(context, { command: 'm3forge version create', ...request }, (session) => makeVersion(session, request));
