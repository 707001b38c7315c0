import { requiredGates, type TargetConfig } from '../config/index.ts';
import type { LocateInArtifact } from '../gateways/index.ts';
import type { ArtifactStore, Variables } from '../provider/index.ts';
import type { State } from '../state/index.ts';
import { addressOf, type Digest, type ManifestLine } from '../values/index.ts';
import { approvalsNeeded } from './approvals.ts';
import type { PlannedChange } from './configuration.ts';
import { type BodyReader, withDetails } from './details.ts';
import { difference, settledChanges } from './difference.ts';
import { sectionDigest, type UnsealedSection } from './digests.ts';
import type { PlanSection, SectionKind } from './document.ts';
import { asEmergency } from './emergency.ts';
import { isUndisturbed, type PlaceReading, readLines } from './refresh.ts';
import { variableChanges, variableDrift } from './variables.ts';

/** What a target should come to. */
export interface Desired {
  readonly version: string;
  readonly commit: string | null;
  readonly manifestDigest: Digest;
  /** An existing sequence to go back to, or null where a new one is written. */
  readonly seq: number | null;
  /** Called only where something differs. */
  readonly lines: () => Promise<readonly ManifestLine[]>;
  readonly bodies: BodyReader;
  /** Where something stands in the file of an artifact; not there where the content comes from no file. */
  readonly locate?: LocateInArtifact;
  /** The file that an artifact is read from, of a processor its manifest; not there where the content comes from no file. */
  readonly pathOf?: (address: string) => Promise<string | undefined>;
  /** Brings bodies near that may be on another host; not there where they are near anyway. */
  readonly gather?: (digests: ReadonlySet<Digest>) => Promise<void>;
}

export interface SectionInput {
  readonly kind: SectionKind;
  readonly target: TargetConfig;
  readonly state: State;
  readonly store: ArtifactStore;
  readonly reading: PlaceReading;
  /** Undefined where there is nothing to bring yet. */
  readonly desired: Desired | undefined;
  readonly allowDeletes: boolean;
  readonly backup: string | null;
  readonly notes: readonly string[];
  /** The variables that the place should have afterwards. */
  readonly variables: Variables;
  /** What of the configuration affects this target alone. */
  readonly configuration: readonly PlannedChange[];
  /** Who wrote what it brings, sorted; where it matters to who may approve it. */
  readonly committers?: readonly string[];
  /** Recorded rules that hold although the file says less. */
  readonly held: readonly string[];
}

const unsealed = (input: SectionInput): UnsealedSection => {
  const { target, reading, desired } = input;
  const { status } = reading;
  return {
    target: target.name,
    environment: target.environment,
    kind: input.kind,
    place_id: status?.activation ? status.placeId : 'new',
    configuration: target.slice,
    from: {
      seq: status?.active ?? 0,
      activation: status?.activation?.n ?? 0,
      version: status?.marker?.version ?? null,
      manifest_digest: reading.activeDigest,
    },
    to: desired
      ? {
          version: desired.version,
          commit: desired.commit,
          manifest_digest: desired.manifestDigest,
          seq: desired.seq,
        }
      : null,
    changes: [],
    drift: [],
    variables: desired ? variableChanges(status, input.variables) : [],
    configuration_changes: input.configuration.map(({ change }) => change),
    held: input.held,
    // Going back to what already ran here needs no gate; everything else is judged as it was the first time.
    ...approvalsNeeded(target.approvals, input.kind, input.committers),
    gates: input.kind === 'release' ? requiredGates(target.gates) : [],
    allow_deletes: input.allowDeletes,
    backup: input.backup,
    notes: input.notes,
    blocks: [],
  };
};

/** What another sequence of a place in order differs in from the active one. */
const compareSequences = async (
  { reading, store }: SectionInput,
  desired: Desired,
  seq: number,
): Promise<Pick<PlanSection, 'changes' | 'drift'>> => {
  const differing = await store.difference(reading.status?.active ?? 0, seq);
  const rowDigest = new Map(
    differing.flatMap(({ kind, name, before }) =>
      before === undefined ? [] : [[addressOf(kind, name), before] as const],
    ),
  );
  const changes = settledChanges(differing, desired.version);
  const details = { store, desired: desired.bodies, rowDigest, drifted: new Map() };
  return { changes: await withDetails(changes, details), drift: [] };
};

/** What differs, where anything can: a place in order that runs the wanted content is not even listed. */
const compare = async (input: SectionInput): Promise<Pick<PlanSection, 'changes' | 'drift'>> => {
  const { reading, desired, store } = input;
  const settled = isUndisturbed(reading);
  if (settled && (!desired || desired.manifestDigest === reading.activeDigest)) return { changes: [], drift: [] };
  // A sequence that is there already: what differs is asked for, and neither list.
  if (settled && desired && desired.seq !== null) return compareSequences(input, desired, desired.seq);
  const { actual, recorded } = await readLines(store, input.state, reading);
  const { changes, drift } = difference({
    recorded,
    actual,
    drifted: reading.drifted,
    strays: reading.strays,
    lostMarker: reading.markerLost ? reading.recordedDigest : undefined,
    desired: desired ? await desired.lines() : (recorded ?? actual),
    pointer: { recorded: reading.status?.activation?.seq ?? 0, actual: reading.status?.active ?? 0 },
    version: desired?.version ?? 'what was recorded',
  });
  const found = [...drift, ...variableDrift(reading.status)];
  if (!desired) return { changes: [], drift: found };
  // Of names that change alone: among many thousand, spelling all addresses takes longer than finding the changes.
  const changing = new Set(changes.map(({ name }) => name));
  const rowDigest = new Map(
    actual.filter(({ name }) => changing.has(name)).map((line) => [addressOf(line.kind, line.name), line.digest]),
  );
  const drifted = new Map(reading.drifted.map(({ digest, actual: now }) => [digest, now]));
  const details = { store, desired: desired.bodies, rowDigest, drifted };
  return { changes: await withDetails(changes, details), drift: found };
};

/** Plans one target: compares what should be with what is, and seals the answer with its digest. */
export const planSection = async (input: SectionInput): Promise<PlanSection> => {
  const section = asEmergency({ ...unsealed(input), ...(await compare(input)) }, input.target);
  return { ...section, digest: sectionDigest(input.state.lineage, section) };
};
