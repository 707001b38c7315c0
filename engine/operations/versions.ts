import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import { prepareVersion } from '../plan/index.ts';
import {
  appendAudit,
  everyRelease,
  findVersions,
  lastSuccess,
  listChangeSets,
  listVersions as listRecorded,
  listReleases,
  deprecateVersion as markDeprecated,
  type RecordedVersion,
  readManifest,
  type VersionRecord,
} from '../state/index.ts';
import { compareVersions, parseVersionName } from '../values/index.ts';
import { isUntagged, type TaggedVersion } from '../versions/index.ts';
import { type NamedChangeSet, namedChangeSet } from './change-set-views.ts';
import { type Carried, createLineage } from './lineage.ts';
import { type OperationContext, type Session, withSession } from './session.ts';
import { type HistoryEntry, historyEntry } from './status.ts';
import { type ArtifactOfVersion, artifactsOfVersion, type VersionView, versionView } from './version-views.ts';

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** One version as it is listed: what its tag says, and what is recorded of it. */
export interface VersionEntry {
  readonly name: string;
  readonly commit: string;
  /** `missing`: recorded, and not to be found any more; `moved`: it leads to another commit than what is recorded. */
  readonly tag: 'present' | 'missing' | 'moved';
  /** Null where nobody made it here, released it or deprecated it. */
  readonly record: VersionView | null;
  /** The targets whose last release that succeeded was of this version. */
  readonly released_to: readonly string[];
  /** The change sets that it was made of. */
  readonly change_sets: readonly NamedChangeSet[];
}

/** One version with all that belongs to it. */
export interface VersionDetails extends VersionEntry {
  readonly artifacts: readonly ArtifactOfVersion[];
  /** What was merged since the version that it follows. */
  readonly brings: Carried;
  /** Its releases, newest first. */
  readonly releases: readonly HistoryEntry[];
}

/** A version with what is known of it; at least one of the two is there. */
interface Known {
  readonly entry: VersionEntry;
  readonly tagged: TaggedVersion | undefined;
  readonly record: VersionRecord | undefined;
}

const knownOf = (
  name: string,
  tagged: TaggedVersion | undefined,
  record: VersionRecord | undefined,
  {
    releasedTo,
    changeSets,
  }: { readonly releasedTo: readonly string[]; readonly changeSets: readonly NamedChangeSet[] },
): Known => {
  const moved = record !== undefined && record.commit !== tagged?.commit;
  return {
    tagged,
    record,
    entry: {
      name,
      commit: record?.commit ?? tagged?.commit ?? '',
      tag: tagged === undefined ? 'missing' : moved ? 'moved' : 'present',
      record: record ? versionView(record) : null,
      released_to: releasedTo,
      change_sets: changeSets,
    },
  };
};

const newestFirst = ({ entry: left }: Known, { entry: right }: Known): number => {
  const [a, b] = [parseVersionName(left.name), parseVersionName(right.name)];
  return a && b ? compareVersions(b, a) : 0;
};

/** Which version each target got last. */
const releasedTo = async ({ config, state }: Session): Promise<ReadonlyMap<string, readonly string[]>> => {
  const found = new Map<string, readonly string[]>();
  for (const name of config.targets.keys()) {
    const release = await lastSuccess(state, name);
    if (release) found.set(release.version, [...(found.get(release.version) ?? []), name]);
  }
  return found;
};

/** Everything that has the name of a version: tags, and what is recorded. What stands for a commit without a tag is none. */
const allVersions = async (session: Session): Promise<readonly Known[]> => {
  const tags = new Map((await session.tags()).map((tagged) => [tagged.version.name, tagged]));
  const recorded = await listRecorded(session.state);
  const records = new Map(recorded.filter(({ name }) => !isUntagged(name)).map((record) => [record.name, record]));
  const released = await releasedTo(session);
  const sets = Map.groupBy(await listChangeSets(session.state), ({ version }) => version);
  const uses = (name: string) => ({
    releasedTo: released.get(name) ?? [],
    changeSets: (sets.get(name) ?? []).map(namedChangeSet).reverse(),
  });
  return [...new Set([...tags.keys(), ...records.keys()])]
    .map((name) => knownOf(name, tags.get(name), records.get(name), uses(name)))
    .sort(newestFirst);
};

/** `m3forge version list`: all versions, the highest first. */
export const listVersions = (context: OperationContext, request: Waiting): Promise<Outcome<readonly VersionEntry[]>> =>
  withSession(context, { command: 'm3forge version list', permit: 'view', ...request }, async (session) => {
    const versions = await allVersions(session);
    return success(
      versions.map(({ entry }) => entry),
      await session.sourceWarnings(),
    );
  });

/** The version of this name, spelled with or without its `v`. Throws `version-unknown`. */
const requireVersion = async (session: Session, version: string): Promise<Known> => {
  const versions = await allVersions(session);
  const wanted = parseVersionName(version)?.semver;
  const found =
    versions.find(({ entry }) => entry.name === version) ??
    versions.find(({ entry }) => wanted !== undefined && parseVersionName(entry.name)?.semver === wanted);
  if (found) return found;
  const near = closest(
    version,
    versions.map(({ entry }) => entry.name),
  );
  throw refuse('version-unknown', {
    detail: `There is no version "${version}".`,
    hint: near ? `Did you mean "${near}"?` : 'Versions are listed by:\n\n    m3forge version list',
  });
};

/** What the name of a version means: what is recorded of it, or what its tag leads to now. */
const meaningOf = async (session: Session, { record, tagged }: Known): Promise<Outcome<RecordedVersion>> => {
  if (record) return success(record);
  if (!tagged) throw new Error('a version is neither recorded nor tagged');
  const { state, config } = session;
  const ready = await prepareVersion({ config, state, source: await session.source() }, tagged, undefined);
  if (!ready.ok) return ready;
  const { version, commit, treeId } = tagged;
  return success({ name: version.name, commit, treeId, manifestDigest: ready.value.manifestDigest });
};

/** `m3forge version show`: what a version is, how it came to be, and where it went. */
export const showVersion = (
  context: OperationContext,
  request: Waiting & { readonly version: string },
): Promise<Outcome<VersionDetails>> =>
  withSession(context, { command: 'm3forge version show', permit: 'view', ...request }, async (session) => {
    const known = await requireVersion(session, request.version);
    const meaning = await meaningOf(session, known);
    if (!meaning.ok) return meaning;
    const releases = await listReleases(session.state, { limit: everyRelease, placed: true });
    return success({
      ...known.entry,
      artifacts: artifactsOfVersion(await readManifest(session.state, meaning.value.manifestDigest)),
      brings: await createLineage(session).ofVersion(known.entry.name),
      releases: releases.filter(({ version }) => version === known.entry.name).map(historyEntry),
    });
  });

const already = (name: string, { reason, by }: NonNullable<VersionRecord['deprecated']>): Error =>
  refuse('version-deprecated', { detail: `${name} was deprecated by ${by}: ${reason}` });

/** What is recorded of the same version under another spelling of its name, where that is deprecated. */
const deprecatedTwin = async ({ state }: Session, { name }: RecordedVersion): Promise<VersionRecord | undefined> => {
  const semver = parseVersionName(name)?.semver;
  return (await listRecorded(state)).find(
    (record) => record.deprecated !== null && record.name !== name && parseVersionName(record.name)?.semver === semver,
  );
};

/** `m3forge version deprecate`: from now on nothing goes to this version by itself. What runs it goes on. */
export const deprecateVersion = (
  context: OperationContext,
  request: Waiting & { readonly version: string; readonly reason: string },
): Promise<Outcome<VersionEntry>> =>
  withSession(
    context,
    { command: 'm3forge version deprecate', permit: 'version', ...request, tells: true },
    async (session) => {
      const known = await requireVersion(session, request.version);
      const meaning = await meaningOf(session, known);
      if (!meaning.ok) return meaning;
      const { name, commit } = meaning.value;
      const twin = await deprecatedTwin(session, meaning.value);
      if (twin?.deprecated) throw already(twin.name, twin.deprecated);
      const { actor, system, redactor } = session.context;
      const reason = redactor.redact(request.reason);
      await session.state.transaction(async (transaction) => {
        const detail = { commit, reason };
        await appendAudit(transaction, system, { actor, event: 'version.deprecated', subject: name, detail });
        if (await markDeprecated(transaction, meaning.value, { by: actor, reason })) {
          return session.tell(transaction, { event: 'version_deprecated', version: name, reason, by: actor });
        }
        const [record] = await findVersions(transaction, [name]);
        throw already(name, record?.deprecated ?? { by: 'somebody', reason: '', at: system.clock.now() });
      });
      return success((await requireVersion(session, name)).entry);
    },
  );
