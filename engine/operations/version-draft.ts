import { basename, dirname } from 'node:path';
import { type Bump, compareBumps, type Evidence, greatestBump } from '../artifacts/index.ts';
import { failure, hasErrors, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { readTextFile, wholeFile } from '../documents/index.ts';
import { evidenceBetween, prepareVersion, type ReadyVersion } from '../plan/index.ts';
import { listVersions, type RecordedVersion, type VersionCreation, type VersionRecord } from '../state/index.ts';
import { compareVersions, isPrerelease, type JsonValue, parseVersionName, type VersionName } from '../values/index.ts';
import {
  chooseNextVersion,
  isUntagged,
  type Revision,
  releaseNotes,
  type TaggedVersion,
  type Tagger,
  untaggedVersion,
} from '../versions/index.ts';
import type { Session } from './session.ts';

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

const largestNotes = 64 * 1024;

const readNotes = async ({ path, shown }: NonNullable<VersionRequest['notes']>): Promise<Outcome<string>> => {
  const read = await readTextFile(dirname(path), basename(path), { maxBytes: largestNotes, filename: shown });
  if (!read.ok || read.value.text.trim() !== '') return read.ok ? success(read.value.text) : read;
  return failure([problem('document-empty', { detail: 'The release notes are empty.', range: wholeFile(shown) })]);
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

export const taken = (name: string, commit: string): Error =>
  refuse('version-exists', {
    detail: `${name} is the commit ${commit}.`,
    hint: `A version never changes. Name another one:\n\n    m3forge version create VERSION`,
  });

/** A number that was given out before, and whose tag is not here: it was not made to its end, or elsewhere. */
const takenWithoutTag = ({ name, commit }: VersionRecord): Error =>
  refuse('version-exists', {
    detail: `${name} is recorded as the commit ${commit}, and its tag is not here.`,
    hint: `Fetch it with "git fetch --tags", or make that version to its end:\n\n    m3forge version create ${name} --ref ${commit}`,
  });

/** Which versions came before cannot be told: a number would begin anew. */
const requireHistory = async (
  session: Session,
  tagger: Tagger,
  base: TaggedVersion | undefined,
  records: readonly VersionRecord[],
  wanted: string | undefined,
): Promise<void> => {
  const incomplete = (why: string): Error =>
    refuse('source-object-missing', {
      detail: `Which version comes before cannot be told: ${why}.`,
      hint: 'Fetch the rest:\n    git fetch --unshallow --tags',
    });
  if (await tagger.isShallow()) throw incomplete(`${tagger.label} holds only the end of its history`);
  const [known] = [...(await session.tags()).map(({ version }) => version.name), ...records.map(({ name }) => name)];
  if (base === undefined && wanted === undefined && known !== undefined) {
    throw incomplete(`there is ${known}, and no version among the ancestors of this commit`);
  }
};

const requireFree = async (
  session: Session,
  version: VersionName,
  records: readonly VersionRecord[],
): Promise<void> => {
  const twin = (await session.tags()).find((tag) => tag.version.semver === version.semver);
  if (twin) throw taken(twin.version.name, twin.commit);
  const record = records.find(({ name }) => parseVersionName(name)?.semver === version.semver);
  if (record) throw takenWithoutTag(record);
};

const unchanged = ({ version }: TaggedVersion): Error =>
  refuse('version-unchanged', {
    detail: `No artifact differs from ${version.name}.`,
    hint: 'Where that is to be a version all the same, say so:\n\n    m3forge version create --bump patch',
  });

const alreadyThere = ({ version, commit }: TaggedVersion): Error =>
  refuse('version-exists', {
    detail: `The commit ${commit} is ${version.name} already, and nothing was committed since.`,
    hint: 'Name a commit with --ref, or a version that this commit is to have as well.',
  });

/** The version before it is made: its number, why it has that one, and what it brings. */
export const draftVersion = async (
  session: Session,
  tagger: Tagger,
  revision: Revision,
  request: VersionRequest,
): Promise<Outcome<Draft>> => {
  const { versionPattern, includePrerelease } = session.config.source;
  const { commit } = revision;
  const { version: wanted, bump: wantedBump, allowBreaking, reason } = request;
  const base = await baseOf(session, tagger, commit);
  const records = (await listVersions(session.state)).filter(({ name }) => !isUntagged(name));
  await requireHistory(session, tagger, base, records, wanted);
  if (base?.commit === commit && wanted === undefined) throw alreadyThere(base);
  const before = base && (await prepare(session, base));
  if (before && !before.ok) return before;
  const after = await prepare(session, untaggedVersion(revision, false), before?.value.manifestDigest);
  if (!after.ok) return after;
  const { findings, manifestDigest } = after.value;
  if (hasErrors(findings)) return failure(findings);
  const evidence = await evidenceBetween(before?.value, after.value);
  if (base && evidence.length === 0 && wanted === undefined && wantedBump === undefined) throw unchanged(base);
  const demanded = greatestBump(evidence);
  const wish = { version: wanted, bump: wantedBump };
  const next = { base: base?.version, demanded, wish, allowBreaking, versionPattern, includePrerelease };
  const chosen = chooseNextVersion(next);
  if (!chosen.ok) return chosen;
  const { version, bump = null } = chosen.value;
  await requireFree(session, version, records);
  const commits = await tagger.commitsSince(base?.commit, commit);
  const written = request.notes && (await readNotes(request.notes));
  if (written && !written.ok) return written;
  const generated = { version: version.name, base: base?.version.name, bump: chosen.value.bump, commits, evidence };
  return success(
    {
      recorded: { name: version.name, commit, treeId: revision.treeId, manifestDigest },
      creation: {
        ...{ by: session.context.actor, base: base?.version.name ?? null, bump, demanded },
        // Where the number rises far enough there is nothing to excuse.
        reason: bump !== null && compareBumps(bump, demanded) < 0 ? reason : null,
        evidence: evidence as unknown as JsonValue,
        notes: written?.value ?? releaseNotes(generated),
      },
    },
    findings,
  );
};

export interface Draft {
  readonly recorded: RecordedVersion;
  readonly creation: VersionCreation;
}

export const shownDraft = ({ recorded, creation }: Draft, pushesTo: string | null): VersionDraft => ({
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
