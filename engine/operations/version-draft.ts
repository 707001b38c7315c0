import { basename, dirname } from 'node:path';
import { type Bump, compareBumps, type Evidence, greatestBump } from '../artifacts/index.ts';
import { type Diagnostic, failure, hasErrors, type Outcome, problem, refuse, success } from '../diagnostics/index.ts';
import { readTextFile, wholeFile } from '../documents/index.ts';
import { evidenceBetween, prepareVersion, type ReadyVersion } from '../plan/index.ts';
import {
  type ChangeSetRecord,
  listVersions,
  type RecordedVersion,
  type VersionChanges,
  type VersionCreation,
  type VersionRecord,
} from '../state/index.ts';
import { compareVersions, isPrerelease, type JsonValue, parseVersionName, type VersionName } from '../values/index.ts';
import {
  chooseNextVersion,
  type History,
  isUntagged,
  type Revision,
  releaseNotes,
  type TaggedVersion,
  untaggedVersion,
} from '../versions/index.ts';
import { type NamedChangeSet, namedChangeSet } from './change-set-views.ts';
import type { Session } from './session.ts';
import { changesOf, notedChangeSet, requireWhole } from './version-change-sets.ts';

export interface VersionRequest {
  /** The commit that becomes a version; HEAD where it is not given, or the newest of the change sets. */
  readonly ref?: string | undefined;
  /** The change sets that it is made of, by id or name. */
  readonly changeSets?: readonly string[] | undefined;
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
  /** `warnings` are those that there are so far; they are a part of the outcome, too. */
  readonly confirm: (draft: VersionDraft, warnings: readonly Diagnostic[]) => Promise<boolean>;
  /** A rule asks for it: how far the number may rise, and who is asked where the content demands more. */
  readonly byRule?:
    | { readonly bump: Bump; readonly confirmMore: (draft: VersionDraft) => Promise<boolean> }
    | undefined;
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
  /** What it is made of; none where it is made of a commit with all that came before. */
  readonly change_sets: readonly NamedChangeSet[];
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
export const baseOf = async (
  session: Session,
  history: History,
  commit: string,
): Promise<TaggedVersion | undefined> => {
  const before = new Set(await history.tagsUpTo(commit));
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
  history: History,
  base: TaggedVersion | undefined,
  records: readonly VersionRecord[],
  wanted: string | undefined,
): Promise<void> => {
  const incomplete = (why: string): Error =>
    refuse('source-object-missing', {
      detail: `Which version comes before cannot be told: ${why}.`,
      hint: 'Fetch the rest:\n    git fetch --unshallow --tags',
    });
  if (await history.isShallow()) throw incomplete(`${history.label} holds only the end of its history`);
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

const unchanged = ({ version }: TaggedVersion, sets: readonly ChangeSetRecord[]): Error => {
  const named = sets.map(({ id }) => ` --changeset ${id.slice(0, 8)}`).join('');
  return refuse('version-unchanged', {
    detail: `No artifact differs from ${version.name}.`,
    hint: `Where that is to be a version all the same, say so:\n\n    m3forge version create${named} --bump patch`,
  });
};

const alreadyThere = ({ version, commit }: TaggedVersion): Error =>
  refuse('version-exists', {
    detail: `The commit ${commit} is ${version.name} already, and nothing was committed since.`,
    hint: 'Name a commit with --ref, or a version that this commit is to have as well.',
  });

/** How far a rule lets the number rise, or as far as the content demands: then somebody is asked. */
const ruledBump = ({ byRule, bump }: VersionRequest, demanded: Bump): Bump | undefined =>
  byRule ? greatestBump([byRule, { bump: demanded }]) : bump;

/** The versions that come along with a commit besides those that its base has. */
const mergedVersions = async (
  session: Session,
  history: History,
  commit: string,
  base: TaggedVersion | undefined,
): Promise<readonly string[]> => {
  const versions = new Set((await session.tags()).map(({ version }) => version.name));
  return (await history.tagsUpTo(commit, base?.commit)).filter((name) => versions.has(name));
};

/** What becomes a version. */
export interface Origin {
  readonly revision: Revision;
  readonly sets: readonly ChangeSetRecord[];
}

/** The version before it is made: its number, why it has that one, and what it brings. */
export const draftVersion = async (
  session: Session,
  history: History,
  { revision, sets }: Origin,
  request: VersionRequest,
): Promise<Outcome<NewDraft>> => {
  const { versionPattern, includePrerelease } = session.config.source;
  const { commit } = revision;
  const { version: wanted, bump: wantedBump, allowBreaking, reason } = request;
  const base = await baseOf(session, history, commit);
  const records = (await listVersions(session.state)).filter(({ name }) => !isUntagged(name));
  await requireHistory(session, history, base, records, wanted);
  await requireWhole(session, history, {
    ...{ commit, sets },
    base: base && { name: base.version.name, commit: base.commit },
  });
  if (base?.commit === commit && wanted === undefined) throw alreadyThere(base);
  const before = base && (await prepare(session, base));
  if (before && !before.ok) return before;
  const after = await prepare(session, untaggedVersion(revision, false), before?.value.manifestDigest);
  if (!after.ok) return after;
  const { findings, manifestDigest } = after.value;
  if (hasErrors(findings)) return failure(findings);
  const evidence = await evidenceBetween(before?.value, after.value);
  if (base && evidence.length === 0 && wanted === undefined && wantedBump === undefined) throw unchanged(base, sets);
  const demanded = greatestBump(evidence);
  const wish = { version: wanted, bump: ruledBump(request, demanded) };
  const next = { base: base?.version, demanded, wish, allowBreaking, versionPattern, includePrerelease };
  const chosen = chooseNextVersion(next);
  if (!chosen.ok) return chosen;
  const { version, bump = null } = chosen.value;
  await requireFree(session, version, records);
  const way = await history.commitsSince(base?.commit, commit);
  const written = request.notes && (await readNotes(request.notes));
  if (written && !written.ok) return written;
  const notes =
    written?.value ??
    releaseNotes({
      ...{ version: version.name, base: base?.version.name, bump: chosen.value.bump, evidence, ...way },
      changeSets: sets.map(notedChangeSet),
    });
  return success(
    {
      sets,
      changes: changesOf(way, sets),
      recorded: { name: version.name, commit, treeId: revision.treeId, manifestDigest },
      creation: {
        ...{ by: session.context.actor, base: base?.version.name ?? null, bump, demanded },
        merged: await mergedVersions(session, history, commit, base),
        // Where the number rises far enough there is nothing to excuse.
        reason: bump !== null && compareBumps(bump, demanded) < 0 ? reason : null,
        evidence: evidence as unknown as JsonValue,
        notes,
      },
    },
    findings,
  );
};

export interface Draft {
  readonly recorded: RecordedVersion;
  readonly creation: VersionCreation;
  readonly sets: readonly ChangeSetRecord[];
}

export interface NewDraft extends Draft {
  readonly changes: VersionChanges;
}

export const shownDraft = ({ recorded, creation, sets }: Draft, pushesTo: string | null): VersionDraft => ({
  version: recorded.name,
  commit: recorded.commit,
  base: creation.base,
  bump: creation.bump,
  demanded: creation.demanded,
  evidence: creation.evidence as unknown as readonly Evidence[],
  reason: creation.reason,
  change_sets: sets.map(namedChangeSet),
  notes: creation.notes,
  manifest_digest: recorded.manifestDigest,
  pushes_to: pushesTo,
});
