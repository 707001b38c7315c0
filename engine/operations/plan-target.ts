import type { TargetConfig } from '../config/index.ts';
import { failure, type Outcome, refuse, success } from '../diagnostics/index.ts';
import {
  type ConfigurationPlan,
  forTarget,
  type HeldTarget,
  hasRelease,
  type PlaceReading,
  prepareVersion,
  type ReadyVersion,
  refresh,
} from '../plan/index.ts';
import { type Avoid, deprecatedVersions, findPlace, lastSuccess, type PlaceRow, releaseById } from '../state/index.ts';
import { parseVersionName } from '../values/index.ts';
import { isUntagged, resolveVersion, type TaggedVersion } from '../versions/index.ts';
import type { OpenPlace } from './connections.ts';
import { avoidsOf, holdTarget, type PlannedTarget, planDesired } from './plan-desired.ts';
import type { Session } from './session.ts';
import { followed, isEnabled, requireTarget } from './targets.ts';
import type { UntaggedVersion } from './untagged.ts';

/** What the caller asks beyond the configuration. */
export interface PlanWish {
  /** An exact version or range in the place of the configured one. */
  readonly version: string | undefined;
  readonly allowDeletes: boolean;
  /** Versions that are avoided are planned as if they were not. */
  readonly liftsAvoids?: boolean;
  /** Planned as if the windows of the target were open. */
  readonly overridesWindows?: boolean;
  /** Planned for a release that its schedule begins. */
  readonly isDue?: boolean;
  /** A version that no tag names, in the place of any other. */
  readonly untagged?: UntaggedVersion;
  /** A saved section is planned anew with its version named; this says that it came from following a target. */
  readonly followed?: boolean;
  /** Why nothing is to be brought in this plan, whatever the configuration says. */
  readonly withhold?: string;
}

/** The version of a followed target's last release that succeeded and is still active, or why there is none. */
const runningVersion = async (
  session: Session,
  name: string,
): Promise<{ readonly version: string } | { readonly why: string }> => {
  const target = requireTarget(session.config, name);
  const release = await lastSuccess(session.state, name);
  if (!release) return { why: 'it runs nothing yet' };
  const status = await (await session.place(target)).store.status();
  return status?.activation?.releaseId === release.id
    ? { version: release.version }
    : { why: `its last release, ${release.version}, is not what its place runs` };
};

interface VersionChoice {
  readonly spec: string | undefined;
  readonly notes: readonly string[];
}

const chooseSpec = async (session: Session, target: TargetConfig, wish: PlanWish): Promise<VersionChoice> => {
  if (wish.version !== undefined) return { spec: wish.version, notes: [] };
  const source = followed(target);
  if (source === undefined)
    return { spec: target.version.kind === 'from' ? undefined : target.version.text, notes: [] };
  const running = await runningVersion(session, source);
  if ('why' in running) {
    return { spec: undefined, notes: [`This target follows "${source}", and ${running.why}.`] };
  }
  return { spec: running.version, notes: [] };
};

/** What a name stands for, however it is spelled. */
const semverOf = (name: string): string => parseVersionName(name)?.semver ?? name;

/** Versions that nothing goes to by itself, by name. */
type Skipped = ReadonlyMap<string, SkippedVersion>;

interface SkippedVersion {
  /** The end of a sentence about it. */
  readonly why: string;
  /** Who names it exactly gets it, and is told. */
  readonly isRemark: boolean;
}

/** What nobody is to choose any more, under each name that a tag has for it: `v1.2.0` and `1.2.0` are one version. */
const deprecatedNames = async (session: Session): Promise<ReadonlyMap<string, string>> => {
  const deprecated = await deprecatedVersions(session.state);
  if (deprecated.size === 0) return deprecated;
  const reasons = new Map([...deprecated].map(([name, reason]) => [semverOf(name), reason]));
  const twins = (await session.tags()).flatMap(({ version: { name } }) => {
    const reason = reasons.get(semverOf(name));
    return reason === undefined ? [] : [[name, reason] as const];
  });
  return new Map([...twins, ...deprecated]);
};

/** What a place avoids, and what nobody is to choose any more; a place that runs such a version already keeps it. */
const skippedIn = async (session: Session, { status }: PlaceReading, avoids: readonly Avoid[]): Promise<Skipped> => {
  const running = status?.marker?.version;
  return new Map<string, SkippedVersion>([
    ...[...(await deprecatedNames(session))]
      .filter(([name]) => running === undefined || semverOf(name) !== semverOf(running))
      .map(([name, reason]) => [name, { why: `is deprecated (${reason})`, isRemark: true }] as const),
    ...avoids.map(({ version }) => [version, { why: 'is avoided here', isRemark: false }] as const),
  ]);
};

const chooseVersion = async (session: Session, spec: string, skipped: Skipped): Promise<Outcome<TaggedVersion>> =>
  resolveVersion(spec, await session.tags(), {
    avoided: new Set(skipped.keys()),
    includePrerelease: session.config.source.includePrerelease,
  });

/** What following, ranges and avoids come to for this target: a version ready to be planned, or why there is none. */
const chooseDesired = async (
  session: Session,
  target: TargetConfig,
  wish: PlanWish,
  reading: PlaceReading,
  avoids: readonly Avoid[],
): Promise<Outcome<Chosen>> => {
  if (wish.withhold !== undefined) return success({ ready: undefined, notes: [wish.withhold] });
  if (wish.untagged) return prepare(session, wish.untagged.tagged, reading, [wish.untagged.note]);
  const { spec, notes } = await chooseSpec(session, target, wish);
  if (spec === undefined) return success({ ready: undefined, notes });
  const source = followed(target);
  if (wish.version === undefined && source !== undefined && isUntagged(spec)) {
    const note = `"${source}" runs ${spec}, which is no tagged version; this target keeps what it runs.`;
    return success({ ready: undefined, notes: [...notes, note] });
  }
  // Following skips an avoided version, as a range does: the target keeps what it runs.
  const skipped = await skippedIn(session, reading, avoids);
  const why = skipped.get(spec)?.why;
  if (wish.version === undefined && source !== undefined && why !== undefined) {
    const note = `"${source}" runs ${spec}, which ${why}; this target keeps what it runs.`;
    return success({ ready: undefined, notes: [...notes, note] });
  }
  const tagged = await chooseVersion(session, spec, skipped);
  if (!tagged.ok) {
    // A version that was named on the command line stands nowhere in the file.
    const named = tagged.diagnostics.map((diagnostic) => ({ ...diagnostic, address: target.name }));
    return failure(wish.version === undefined ? forTarget(target, tagged.diagnostics) : named);
  }
  const named = skipped.get(tagged.value.version.name);
  const remarks = named?.isRemark ? [`${tagged.value.version.name} ${named.why}.`] : [];
  const ready = await prepare(session, tagged.value, reading, [...notes, ...remarks]);
  return ready.ok ? success(ready.value, tagged.diagnostics) : failure(forTarget(target, ready.diagnostics));
};

interface Chosen {
  readonly ready: ReadyVersion | undefined;
  readonly notes: readonly string[];
}

const prepare = async (
  session: Session,
  tagged: TaggedVersion,
  reading: PlaceReading,
  notes: readonly string[],
): Promise<Outcome<Chosen>> => {
  const { config, state } = session;
  const input = { config, state, source: await session.source(), kept: session.kept };
  const ready = await prepareVersion(input, tagged, reading.status?.marker?.manifestDigest);
  return ready.ok ? success({ ready: ready.value, notes }) : ready;
};

/** An address belongs to the environment that first released there; said while planning, not only by apply. */
const requireOwnEnvironment = async (
  session: Session,
  target: TargetConfig,
  place: OpenPlace,
): Promise<PlaceRow | undefined> => {
  const known = await findPlace(session.state, { address: place.address });
  if (!known || known.environment === target.environment) return known;
  throw refuse('place-of-another-environment', {
    detail: `The place ${place.address} belongs to the environment "${known.environment}", and "${target.environment}" resolves to it too.`,
    address: target.name,
    hint: `Give each environment its own database or schema. Where the environment was renamed, run:\n\n    m3forge state import --target ${target.name}`,
  });
};

/** A release that failed and was kept has left a version that nothing has verified. */
const keptNotes = async (session: Session, { status }: PlaceReading): Promise<readonly string[]> => {
  const { activation, marker } = status ?? {};
  const release = activation && (await releaseById(session.state, activation.releaseId));
  return release && release.state !== 'succeeded' && activation.kind === 'activate'
    ? [
        `${marker?.version ?? 'What runs'} is active although its release ${release.id} ended ${release.state.replace('_', ' ')}.`,
      ]
    : [];
};

/** A target that is recorded as disabled is enabled first, and brought something then. */
const whileDisabled = (session: Session, held: HeldTarget, target: TargetConfig): string | undefined =>
  isEnabled(session.config, target) && !held.target.enabled
    ? `"${target.name}" or its environment is recorded as disabled. Once it is recorded as enabled, plan again for what it should run.`
    : undefined;

/** Plans one target as the configuration wants it. */
export const planTarget = async (
  session: Session,
  target: TargetConfig,
  wish: PlanWish,
  configuration: ConfigurationPlan,
  extraNotes: readonly string[] = [],
): Promise<Outcome<PlannedTarget>> => {
  const place = await session.place(target);
  const known = await requireOwnEnvironment(session, target, place);
  const reading = await refresh(place.store, session.state);
  const avoids = wish.liftsAvoids ? [] : await avoidsOf(session, reading);
  const kept = await keptNotes(session, reading);
  const held = holdTarget(configuration, target, reading.status?.placeId ?? known?.id);
  const withhold = wish.withhold ?? whileDisabled(session, held, target);
  const chosen = await chooseDesired(session, target, { ...wish, ...(withhold && { withhold }) }, reading, avoids);
  if (!chosen.ok) return chosen;
  const { ready, notes } = chosen.value;
  const follows = wish.version === undefined || wish.followed ? followed(target) : undefined;
  const planned = await planDesired(session, target, place, reading, {
    kind: 'release',
    desired: ready?.desired,
    // What the document says about this section says more than what the section sees by itself.
    notes: [...kept, ...(extraNotes.length > 0 ? extraNotes : notes)],
    allowDeletes: wish.allowDeletes,
    ...(wish.liftsAvoids && { liftsAvoids: true }),
    ...(wish.overridesWindows && { overridesWindows: true }),
    ...(wish.isDue && { isDue: true }),
    backup: null,
    follows,
    recordAs: ready && { commit: ready.tagged.commit, treeId: ready.tagged.treeId },
    findings: ready?.findings ?? [],
    configuration,
  });
  return success(planned, [...chosen.diagnostics, ...(hasRelease(planned.section) ? planned.findings : [])]);
};
