import type { DriftedBody, StrayRow } from '../provider/index.ts';
import { addressOf, compareManifests, type Digest, type LineChange, type ManifestLine } from '../values/index.ts';
import type { Action, Change, Drift } from './document.ts';

/** Everything the difference is decided from. All lists of lines are sorted by (kind, name). */
export interface DifferenceInput {
  /** What was recorded for the sequence of the last activation; undefined where this state never saw it. */
  readonly recorded: readonly ManifestLine[] | undefined;
  /** What the pointer's sequence really consists of. */
  readonly actual: readonly ManifestLine[];
  readonly drifted: readonly DriftedBody[];
  readonly strays: readonly StrayRow[];
  /** What was recorded for a sequence whose marker is not there any more; undefined where it is. */
  readonly lostMarker: Digest | undefined;
  readonly desired: readonly ManifestLine[];
  readonly pointer: { readonly recorded: number; readonly actual: number };
  readonly version: string;
}

/** A change before its semantic difference is known. */
export type BareChange = Omit<Change, 'detail'>;

export interface Difference {
  /** Destructive first, then updates, then creations; by address within each. */
  readonly changes: readonly BareChange[];
  readonly drift: readonly Drift[];
}

const actionOrder: Readonly<Record<Action, number>> = { delete: 0, update: 1, create: 2, 'no-op': 3 };

const rowDrift = (input: DifferenceInput): readonly Drift[] => {
  // A pointer that was moved shows another sequence: its rows say nothing about the one that was recorded.
  if (!input.recorded || input.pointer.recorded !== input.pointer.actual) return [];
  return compareManifests(input.recorded, input.actual).map((change) => ({
    address: addressOf(change.kind, change.name),
    field: change.before !== undefined && change.after !== undefined ? ('digest' as const) : ('row' as const),
    recorded: change.before ?? null,
    actual: change.after ?? null,
    reason:
      change.after === undefined
        ? 'its row was removed by hand'
        : change.before === undefined
          ? 'its row was added by hand'
          : 'its row was pointed at other content by hand',
  }));
};

/** A row that was moved away from its sequence is told as the one that is missing there. */
const strayDrift = (input: DifferenceInput, told: readonly Drift[]): readonly Drift[] => {
  const known = new Set(told.map(({ address }) => address));
  const strays = new Map(input.strays.map((stray) => [addressOf(stray.kind, stray.name), stray]));
  return [...strays]
    .filter(([address]) => !known.has(address))
    .map(([address, { digest, lies }]) => ({
      address,
      field: 'row' as const,
      recorded: lies === 'begin' ? null : digest,
      actual: digest,
      reason:
        lies === 'begin' ? 'a row that belongs to no sequence was added by hand' : 'its row was given an end by hand',
    }));
};

const markerDrift = ({ lostMarker, pointer }: DifferenceInput): readonly Drift[] =>
  lostMarker === undefined
    ? []
    : [
        {
          address: 'marker',
          field: 'marker',
          recorded: lostMarker,
          actual: null,
          reason: `the marker of sequence ${pointer.recorded} was removed by hand`,
        },
      ];

const bodyDrift = (input: DifferenceInput, actualOf: ReadonlyMap<Digest, Digest>): readonly Drift[] => {
  if (actualOf.size === 0) return [];
  return input.actual.flatMap((line) => {
    const actual = actualOf.get(line.digest);
    return actual === undefined
      ? []
      : [
          {
            address: addressOf(line.kind, line.name),
            field: 'body' as const,
            recorded: line.digest,
            actual,
            reason: 'its body was changed by hand',
          },
        ];
  });
};

/** A file that was changed by hand is told with each processor that names it. */
const fileDrift = ({ actual, drifted }: DifferenceInput): readonly Drift[] => {
  const users = Map.groupBy(
    drifted.flatMap(({ digest, actual: found, files = [] }) => files.map((file) => ({ ...file, digest, found }))),
    ({ processor }) => processor,
  );
  if (users.size === 0) return [];
  return actual.flatMap((line) =>
    (line.kind === 'processor' ? (users.get(line.digest) ?? []) : []).map(({ path, digest, found }) => ({
      address: addressOf(line.kind, line.name),
      field: 'file' as const,
      recorded: digest,
      actual: found,
      reason: `its file ${path} was changed by hand`,
    })),
  );
};

const pointerDrift = ({ pointer }: DifferenceInput): readonly Drift[] =>
  pointer.recorded === pointer.actual
    ? []
    : [
        {
          address: 'pointer',
          field: 'pointer',
          recorded: String(pointer.recorded),
          actual: String(pointer.actual),
          reason: 'the active pointer was moved by hand',
        },
      ];

const versionChange = (change: LineChange, actualOf: ReadonlyMap<Digest, Digest>, version: string): BareChange => {
  const { kind, name, before, after } = change;
  const action: Action = before === undefined ? 'create' : after === undefined ? 'delete' : 'update';
  return {
    address: addressOf(kind, name),
    kind,
    name,
    actions: [action],
    reason:
      action === 'create' ? `new in ${version}` : action === 'delete' ? `not in ${version}` : `differs in ${version}`,
    before_digest: before === undefined ? null : (actualOf.get(before) ?? before),
    after_digest: after ?? null,
  };
};

/** What must be done in a place that is as it was recorded, from what differs between its sequences. Pure. */
export const settledChanges = (changes: readonly LineChange[], version: string): readonly BareChange[] =>
  changes.map((change) => versionChange(change, new Map(), version)).sort(compareChanges);

/** What must be done, and what was changed by hand. Pure: the same input gives the same answer. */
export const difference = (input: DifferenceInput): Difference => {
  const actualOf = new Map(input.drifted.map((body) => [body.digest, body.actual]));
  const rows = rowDrift(input);
  const drift = [
    ...pointerDrift(input),
    ...markerDrift(input),
    ...rows,
    ...strayDrift(input, rows),
    ...bodyDrift(input, actualOf),
    ...fileDrift(input),
  ];
  const driftReason = new Map(drift.map((entry) => [entry.address, entry.reason]));
  const changes = compareManifests(input.actual, input.desired).map((change) =>
    versionChange(change, actualOf, input.version),
  );
  const changed = new Set(changes.map((change) => change.address));
  const unsoundFiles = new Set(drift.filter(({ field }) => field === 'file').map(({ address }) => address));
  // A name whose row is in order but whose body or file is not: the same content is written again.
  const isSound = actualOf.size + unsoundFiles.size === 0;
  const healed = (isSound ? [] : input.desired).flatMap((line): readonly BareChange[] => {
    const address = addressOf(line.kind, line.name);
    const actual = actualOf.get(line.digest) ?? (unsoundFiles.has(address) ? line.digest : undefined);
    if (actual === undefined || changed.has(address)) return [];
    return [
      {
        address,
        kind: line.kind,
        name: line.name,
        actions: ['update'],
        reason: 'drift',
        before_digest: actual,
        after_digest: line.digest,
      },
    ];
  });
  const explained = [...changes, ...healed].map((change) => {
    const reason = driftReason.get(change.address);
    return reason === undefined ? change : { ...change, reason: `${reason}; ${input.version} is put back` };
  });
  return { changes: explained.sort(compareChanges), drift };
};

const compareChanges = (left: BareChange, right: BareChange): number =>
  actionOrder[left.actions[0] ?? 'no-op'] - actionOrder[right.actions[0] ?? 'no-op'] ||
  (left.address < right.address ? -1 : left.address > right.address ? 1 : 0);
