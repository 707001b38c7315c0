import { invokesAny, type TargetConfig } from '../config/index.ts';
import { type Diagnostic, failure, type Outcome, refuse, success } from '../diagnostics/index.ts';
import { preflight } from '../gateways/index.ts';
import {
  type Block,
  type BlockFacts,
  blocksOf,
  type Desired,
  forTarget,
  hasWork,
  type PlaceReading,
  type PlanSection,
  planSection,
  prepareVersion,
  type ReadyVersion,
  refresh,
  type SectionKind,
} from '../plan/index.ts';
import { type Avoid, findPlace, lastSuccess, listAvoids, releaseById } from '../state/index.ts';
import { resolveVersion, type TaggedVersion } from '../versions/index.ts';
import type { OpenPlace, Session } from './session.ts';
import { followed, isEnabled, requireTarget } from './targets.ts';

/** What the caller asks beyond the configuration. */
export interface PlanWish {
  /** An exact version or range in the place of the configured one. */
  readonly version: string | undefined;
  readonly allowDeletes: boolean;
  /** A saved section is planned anew with its version named; this says that it came from following a target. */
  readonly followed?: boolean;
  /** Why nothing is to be brought in this plan, whatever the configuration says. */
  readonly withhold?: string;
}

/** A planned target with everything that applying it needs. */
export interface PlannedTarget {
  readonly target: TargetConfig;
  readonly place: OpenPlace;
  readonly reading: PlaceReading;
  readonly section: PlanSection;
  /** Undefined where there is nothing to bring. */
  readonly desired: Desired | undefined;
  /** Where the version lies in Git; undefined for content from the place or a backup. */
  readonly recordAs: { readonly commit: string; readonly treeId: string } | undefined;
  readonly findings: readonly Diagnostic[];
  /** The target whose version this one follows here; undefined where the version was named. */
  readonly follows: string | undefined;
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

interface Choice {
  readonly spec: string | undefined;
  readonly notes: readonly string[];
}

const chooseSpec = async (session: Session, target: TargetConfig, wish: PlanWish): Promise<Choice> => {
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

/** Judges a section with what the state knows now. */
export const blockFacts = (
  session: Session,
  target: TargetConfig,
  avoids: readonly Avoid[],
  { version, follows }: { readonly version: string; readonly follows: string | undefined },
): BlockFacts => ({
  enabled: isEnabled(session.config, target),
  maxDeletes: target.deployment.maxDeletes,
  avoided: avoids.find((avoid) => avoid.version === version)?.reason,
  follows,
});

const chooseVersion = async (
  session: Session,
  spec: string,
  avoids: readonly Avoid[],
): Promise<Outcome<TaggedVersion>> =>
  resolveVersion(spec, await session.tags(), {
    avoided: new Set(avoids.map(({ version }) => version)),
    includePrerelease: session.config.source.includePrerelease,
  });

/** What following, ranges and avoids come to for this target: a version ready to be planned, or why there is none. */
const chooseDesired = async (
  session: Session,
  target: TargetConfig,
  wish: PlanWish,
  reading: PlaceReading,
  avoids: readonly Avoid[],
): Promise<Outcome<{ readonly ready: ReadyVersion | undefined; readonly notes: readonly string[] }>> => {
  if (wish.withhold !== undefined) return success({ ready: undefined, notes: [wish.withhold] });
  const { spec, notes } = await chooseSpec(session, target, wish);
  if (spec === undefined) return success({ ready: undefined, notes });
  const source = followed(target);
  // Following skips an avoided version, as a range does: the target keeps what it runs.
  if (wish.version === undefined && source !== undefined && avoids.some(({ version }) => version === spec)) {
    const note = `"${source}" runs ${spec}, which is avoided here; this target keeps what it runs.`;
    return success({ ready: undefined, notes: [...notes, note] });
  }
  const tagged = await chooseVersion(session, spec, avoids);
  if (!tagged.ok) {
    // A version that was named on the command line stands nowhere in the file.
    const named = tagged.diagnostics.map((diagnostic) => ({ ...diagnostic, address: target.name }));
    return failure(wish.version === undefined ? forTarget(target, tagged.diagnostics) : named);
  }
  const { config, state } = session;
  const input = { config, state, source: await session.source(), kept: session.kept };
  const ready = await prepareVersion(input, tagged.value, reading.status?.marker?.manifestDigest);
  return ready.ok
    ? success({ ready: ready.value, notes }, tagged.diagnostics)
    : failure(forTarget(target, ready.diagnostics));
};

/** The avoids that hold in a place; none where it does not exist yet. */
export const avoidsOf = (session: Session, reading: PlaceReading): Promise<readonly Avoid[]> =>
  reading.status ? listAvoids(session.state, reading.status.placeId) : Promise.resolve([]);

export const withBlocks = (section: PlanSection, facts: BlockFacts): PlanSection => ({
  ...section,
  blocks: blocksOf(section, facts) satisfies readonly Block[],
});

/** How the gateways are, where there is something to bring and anybody to ask. */
const withPreflight = async (
  { gateways, context }: Session,
  target: TargetConfig,
  section: PlanSection,
  desired: Desired | undefined,
): Promise<PlanSection> => {
  if (!desired || target.gateways.length === 0 || !hasWork(section)) return section;
  const found = await preflight(await gateways.of(target.gateways), await gateways.needs(target, section, desired), {
    locate: desired.locate ?? (() => Promise.resolve(undefined)),
    lenient: section.kind === 'rollback',
    signal: context.system.interrupted,
    invokes: invokesAny(target),
  });
  return { ...section, preflight: found.gateways };
};

/** Plans a section from what was chosen, with the blocks that stand in its way now. */
export const planDesired = async (
  session: Session,
  target: TargetConfig,
  place: OpenPlace,
  reading: PlaceReading,
  choice: {
    readonly kind: SectionKind;
    readonly desired: Desired | undefined;
    readonly notes: readonly string[];
    readonly allowDeletes: boolean;
    readonly backup: string | null;
    readonly follows?: string | undefined;
  },
): Promise<PlanSection> => {
  const section = await planSection({ ...choice, target, state: session.state, store: place.store, reading });
  const avoids = await avoidsOf(session, reading);
  const blocked = withBlocks(
    section,
    blockFacts(session, target, avoids, { version: section.to?.version ?? '', follows: choice.follows }),
  );
  return withPreflight(session, target, blocked, choice.desired);
};

/** An address belongs to the environment that first released there; said while planning, not only by apply. */
const requireOwnEnvironment = async (session: Session, target: TargetConfig, place: OpenPlace): Promise<void> => {
  const known = await findPlace(session.state, { address: place.address });
  if (!known || known.environment === target.environment) return;
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

/** Plans one target as the configuration wants it. */
export const planTarget = async (
  session: Session,
  target: TargetConfig,
  wish: PlanWish,
  extraNotes: readonly string[] = [],
): Promise<Outcome<PlannedTarget>> => {
  const place = await session.place(target);
  await requireOwnEnvironment(session, target, place);
  const reading = await refresh(place.store, session.state);
  const avoids = await avoidsOf(session, reading);
  const kept = await keptNotes(session, reading);
  const chosen = await chooseDesired(session, target, wish, reading, avoids);
  if (!chosen.ok) return chosen;
  const { ready, notes } = chosen.value;
  const follows = wish.version === undefined || wish.followed ? followed(target) : undefined;
  const section = await planDesired(session, target, place, reading, {
    kind: 'release',
    desired: ready?.desired,
    // What the document says about this section says more than what the section sees by itself.
    notes: [...kept, ...(extraNotes.length > 0 ? extraNotes : notes)],
    allowDeletes: wish.allowDeletes,
    backup: null,
    follows,
  });
  const planned: PlannedTarget = {
    target,
    place,
    reading,
    section,
    desired: ready?.desired,
    recordAs: ready && { commit: ready.tagged.commit, treeId: ready.tagged.treeId },
    findings: ready?.findings ?? [],
    follows,
  };
  return success(planned, [...chosen.diagnostics, ...(hasWork(section) ? planned.findings : [])]);
};
