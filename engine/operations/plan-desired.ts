import type { DeclaredRelease } from '../apply/index.ts';
import {
  closuresAt,
  type GatewayConfig,
  invokesAny,
  nextPublish,
  opensAt,
  sliceWith,
  type TargetConfig,
} from '../config/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import { preflight } from '../gateways/index.ts';
import {
  type Block,
  type BlockFacts,
  blocksOf,
  type ConfigurationPlan,
  type Desired,
  gatewaysInEffect,
  type HeldTarget,
  hasRelease,
  hasWork,
  holdToRecorded,
  type PlaceReading,
  type PlanSection,
  peersInEffect,
  planSection,
  recordedVariables,
  type SectionKind,
  wantedVariables,
} from '../plan/index.ts';
import type { Variables } from '../provider/index.ts';
import {
  type Avoid,
  findPlace,
  type Hold,
  holdsOf,
  listAvoids,
  listReviews,
  momentNow,
  type Review,
} from '../state/index.ts';
import { committersOf } from './committers.ts';
import { noScope, readConfiguration, toRecord } from './configuration.ts';
import type { OpenPlace } from './connections.ts';
import { unpromoted } from './promotions.ts';
import { reviewNote } from './review-note.ts';
import type { Session } from './session.ts';
import { isEnabled } from './targets.ts';
import { isWaitingFor, waitingBeside, withWaiting } from './waiting-notes.ts';

/** A planned target with everything that applying it needs. */
export interface PlannedTarget {
  /** With the rules that really hold for it, the stricter of what is recorded and what the file says, and its gateways as they are in effect. */
  readonly target: TargetConfig;
  readonly environmentType: HeldTarget['environmentType'];
  /** The other gateways of its environment. */
  readonly peers: readonly GatewayConfig[];
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
  /** The variables that the place gets with the pointer. */
  readonly variables: Variables;
  /** What the whole plan makes of the configuration, and what of it goes into effect with this target. */
  readonly configuration: ConfigurationPlan;
  readonly declared: DeclaredRelease;
  /** The place as this state knows it; undefined where nothing was ever released there. */
  readonly placeId: string | undefined;
}

/** Judges a section with what the state knows now. */
export const blockFacts = (
  session: Session,
  target: TargetConfig,
  { avoids, holds, windows, reviews, unpromoted: reluctant, waiting }: FactsNow,
  {
    version,
    follows,
    environmentType,
  }: { readonly version: string } & Pick<PlannedTarget, 'follows' | 'environmentType'>,
): BlockFacts => ({
  isDevelopment: environmentType === 'development',
  enabled: isEnabled(session.config, target),
  maxDeletes: target.deployment.maxDeletes,
  avoided: avoids.find((avoid) => avoid.version === version)?.reason,
  follows,
  holds,
  reviews,
  waiting,
  unpromoted: reluctant,
  ...windows,
});

export interface FactsNow {
  readonly avoids: readonly Avoid[];
  readonly holds: readonly Hold[];
  /** Those that are open in the place. */
  readonly reviews: readonly Review[];
  readonly windows: Pick<BlockFacts, 'closures' | 'opensAt' | 'publishesAt'>;
  readonly unpromoted: BlockFacts['unpromoted'];
  readonly waiting: BlockFacts['waiting'];
}

/** What of its times a release passes over: its windows and its schedule, for a reason; or its schedule, because it is due. */
export interface PassedOver {
  readonly overrides: boolean;
  readonly isDue: boolean;
}

/** What the windows and the schedule of a target say of this moment, by the clock of the state's database. */
export const windowsNow = async (
  session: Session,
  { windows, schedule }: Pick<TargetConfig, 'windows' | 'schedule'>,
  { overrides, isDue }: PassedOver,
): Promise<FactsNow['windows']> => {
  if ((windows.length === 0 && !schedule) || overrides) return { closures: [], opensAt: null, publishesAt: null };
  const now = await momentNow(session.state);
  const closures = closuresAt(windows, now);
  return {
    closures,
    opensAt: closures.length > 0 ? opensAt(windows, now) : null,
    publishesAt: isDue ? null : nextPublish(schedule, now),
  };
};

/** The avoids that hold in a place; none where it does not exist yet. */
export const avoidsOf = (session: Session, reading: PlaceReading): Promise<readonly Avoid[]> =>
  reading.status ? listAvoids(session.state, reading.status.placeId) : Promise.resolve([]);

/** What is open in a place; nothing where it does not exist yet. */
export const reviewsOf = async ({ state }: Session, placeId: string | undefined): Promise<readonly Review[]> =>
  placeId === undefined ? [] : listReviews(state, { placeId, open: true });

export const withBlocks = (section: PlanSection, facts: BlockFacts): PlanSection => ({
  ...section,
  blocks: blocksOf(section, facts) satisfies readonly Block[],
});

/** Whoever agrees to it lifts what the place avoids, and reads that. */
const withLifted = (section: PlanSection, avoids: readonly Avoid[]): PlanSection => {
  const avoid = avoids.find(({ version }) => version === section.to?.version);
  if (!avoid || !hasRelease(section)) return section;
  const note = `${avoid.version} is avoided in this place: ${avoid.reason.replace(/\.+$/, '')}. Applying this lifts that.`;
  return { ...section, notes: [...section.notes, note] };
};

/** What a target is to come to, and how that was chosen. */
interface Choice {
  readonly kind: SectionKind;
  readonly desired: Desired | undefined;
  readonly notes: readonly string[];
  readonly allowDeletes: boolean;
  readonly backup: string | null;
  readonly follows?: string | undefined;
  /** Versions that are avoided are planned as if they were not: whoever applies it lifts that first. */
  readonly liftsAvoids?: boolean;
  /** Planned as if its windows were open: whoever applies it gives a reason for that. */
  readonly overridesWindows?: boolean;
  /** Its schedule begins it. */
  readonly isDue?: boolean;
  readonly recordAs?: PlannedTarget['recordAs'];
  readonly findings?: readonly Diagnostic[];
  /** For a release what its plan makes of the configuration; everything else changes none. */
  readonly configuration?: ConfigurationPlan;
}

/** The target with the rules that really hold for it in a place. */
export const holdTarget = (
  { recorded, declared, covers }: ConfigurationPlan,
  target: TargetConfig,
  placeId: string | undefined,
): HeldTarget => {
  const written = declared.find((one) => one.address === `environment.${target.environment}`)?.body.type;
  const type = written as HeldTarget['environmentType'] | undefined;
  const address = `target.${target.name}`;
  return holdToRecorded(target, declared.find((one) => one.address === address)?.body ?? {}, placeId, recorded, {
    covers,
    type,
  });
};

/** What is recorded when this target's section has succeeded: its changes, and where it has released. */
const declaredWith = (
  { recorded, own }: ConfigurationPlan,
  { target, isFirst, settles }: HeldTarget,
  placeId: string | undefined,
  kind: SectionKind,
): DeclaredRelease => {
  const changes = toRecord(own.get(target.name) ?? [], settles ? (placeId ?? null) : null);
  const address = `target.${target.name}`;
  const known = recorded.find((one) => one.address === address);
  const hasMoved = known !== undefined && (placeId === undefined || known.placeId !== placeId);
  if (kind !== 'release' || !settles || !hasMoved || changes.some((change) => change.address === address)) {
    return { changes, isFirst, settles };
  }
  const { body, digest } = known;
  return {
    changes: [...changes, { address, before: digest, after: { body, digest, placeId: null } }],
    isFirst,
    settles,
  };
};

/** A target with the gateways that are in effect for it, and those that others of its environment have. */
const withGateways = ({ config }: Session, configuration: ConfigurationPlan, target: TargetConfig) => {
  const gateways = gatewaysInEffect(configuration, target, config.gateways);
  const governed = { ...target, gateways, slice: sliceWith(target, gateways) };
  return { target: governed, peers: peersInEffect(configuration, governed, config) };
};

/** How the gateways are, where there is something to bring and anybody to ask. */
const withPreflight = async (
  { gateways, context }: Session,
  { target, peers }: Pick<PlannedTarget, 'target' | 'peers'>,
  section: PlanSection,
  desired: Desired | undefined,
): Promise<PlanSection> => {
  if (!desired || target.gateways.length === 0 || !hasWork(section)) return section;
  const found = await preflight(await gateways.of(target.gateways), await gateways.needs(target, section, desired), {
    locate: desired.locate ?? (() => Promise.resolve(undefined)),
    lenient: section.kind === 'rollback',
    peers: await gateways.peers(peers),
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
  choice: Choice,
): Promise<PlannedTarget> => {
  const { kind, desired, follows, configuration = await readConfiguration(session, noScope) } = choice;
  const placeId = reading.status?.placeId ?? (await findPlace(session.state, { address: place.address }))?.id;
  const held = holdTarget(configuration, target, placeId);
  const { target: governed, peers } = withGateways(session, configuration, held.target);
  const { environmentType } = held;
  const variables =
    kind === 'release' ? wantedVariables(configuration, target.environment) : recordedVariables(reading.status);
  const committers = await committersOf(session, governed, reading, desired);
  const reviews = await reviewsOf(session, placeId);
  const section = await planSection({
    ...choice,
    notes: [...choice.notes, ...reviews.map(reviewNote)],
    target: governed,
    state: session.state,
    store: place.store,
    reading,
    variables,
    configuration: kind === 'release' ? (configuration.own.get(target.name) ?? []) : [],
    held: held.held,
    ...(committers && { committers }),
  });
  const avoids = await avoidsOf(session, reading);
  const waiting = await waitingBeside(session, section, placeId);
  const windows = await windowsNow(session, governed, {
    overrides: choice.overridesWindows ?? false,
    isDue: choice.isDue ?? false,
  });
  const promoted = kind === 'release' && hasRelease(section) ? desired : undefined;
  const now = {
    ...{ avoids: choice.liftsAvoids ? [] : avoids, windows, holds: await holdsOf(session.state, target) },
    waiting: waiting.find((one) => isWaitingFor(section, one))?.id,
    unpromoted: await unpromoted(session, governed, promoted),
    reviews,
  };
  const version = section.to?.version ?? '';
  const noted = choice.liftsAvoids ? withLifted(section, avoids) : section;
  const blocked = withBlocks(noted, blockFacts(session, governed, now, { version, follows, environmentType }));
  return {
    target: governed,
    environmentType,
    peers,
    place,
    reading,
    section: await withPreflight(session, { target: governed, peers }, withWaiting(blocked, waiting), desired),
    desired,
    recordAs: choice.recordAs,
    findings: choice.findings ?? [],
    follows,
    variables,
    configuration,
    declared: declaredWith(configuration, held, placeId, kind),
    placeId,
  };
};
