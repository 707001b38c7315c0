import {
  demandOf,
  differenceOf,
  type Evidence,
  fileChangesOf,
  graphOf,
  lookAtFile,
  reasonOf,
} from '../artifacts/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Action } from '../plan/index.ts';
import {
  addressOf,
  compareBytes,
  compareManifests,
  type Digest,
  type JsonValue,
  type LineChange,
  type ManifestEntry,
} from '../values/index.ts';
import {
  type MergedArtifacts,
  noKnowledge,
  readProcessor,
  readVersion,
  type Source,
  type TreeEntry,
  withFolders,
} from '../versions/index.ts';
import type { PreviewChange } from './document.ts';

/** The changed artifacts of one side, with their bodies and, of processors, their files. */
interface SideReading {
  readonly entries: readonly ManifestEntry[];
  readonly bodies: ReadonlyMap<Digest, Buffer>;
  readonly problems: readonly Diagnostic[];
}

/** What differs between the two sides; what workflows use is not known yet. */
export interface Comparison {
  /** Destructive first, then updates, then creations; by address within each. */
  readonly changes: readonly PreviewChange[];
  readonly evidence: readonly Evidence[];
  /** What validation says of the changed artifacts of the head, and of what cannot be read. */
  readonly findings: readonly Diagnostic[];
  /** Those of the findings that say of new artifacts that one which stays has their name. */
  readonly taken: readonly Diagnostic[];
  /** The bodies of the head by their digest. */
  readonly bodies: ReadonlyMap<Digest, Buffer>;
  /** Those of the base. */
  readonly formerly: ReadonlyMap<Digest, Buffer>;
}

/** The bodies of processors, which a version is read without: they name the files. */
const readProcessors = async (
  source: Source,
  entries: readonly ManifestEntry[],
  bodies: Map<Digest, Buffer>,
): Promise<void> => {
  for (const entry of entries.filter(({ kind }) => kind === 'processor')) {
    const { reading } = await readProcessor(source, entry, noKnowledge.files);
    if (reading.artifact) bodies.set(reading.artifact.digest, reading.artifact.body);
  }
};

const readSide = async (source: Source, entries: readonly TreeEntry[]): Promise<SideReading> => {
  const bodies = new Map<Digest, Buffer>();
  const read = await readArtifacts(source, entries, bodies);
  await readProcessors(source, read.entries, bodies);
  return { ...read, bodies };
};

/** Reads these artifacts and no others. What cannot be read is left out, and said. */
const readArtifacts = async (
  source: Source,
  entries: readonly TreeEntry[],
  bodies: Map<Digest, Buffer>,
): Promise<Omit<SideReading, 'bodies'>> => {
  // What was read is remembered even where the whole is refused for something else.
  const readable = new Set<string>();
  const remember = (records: readonly { readonly blob: string }[]): Promise<void> => {
    for (const { blob } of records) readable.add(blob);
    return Promise.resolve();
  };
  const read = (chosen: readonly TreeEntry[]) =>
    readVersion(
      { ...source, listTree: () => Promise.resolve(chosen) },
      { treeId: '' },
      { selection: {}, known: { ...noKnowledge, remember }, onBody: (digest, body) => void bodies.set(digest, body) },
    );
  const first = await read(entries);
  if (first.ok) return { entries: first.value.manifest.entries, problems: first.value.problems };
  const left = entries.filter(({ blob }) => readable.has(blob));
  const second = await read(left);
  if (second.ok) return { entries: second.value.manifest.entries, problems: first.diagnostics };
  // Names that two of them have: neither counts.
  const twice = new Set(second.diagnostics.filter(({ code }) => code === 'artifact-name-taken').map(fileOf));
  const third = await read(left.filter(({ path }) => !twice.has(path)));
  return { entries: third.ok ? third.value.manifest.entries : [], problems: first.diagnostics };
};

const fileOf = ({ range }: Diagnostic): string | undefined => range?.filename;

/** What a body says; undefined where it is not here. */
export const valueIn = (bodies: ReadonlyMap<Digest, Buffer>, digest: Digest | undefined): JsonValue | undefined => {
  const body = digest === undefined ? undefined : bodies.get(digest);
  return body && (JSON.parse(body.toString('utf8')) as JsonValue);
};

const actionOf = ({ before, after }: LineChange): Exclude<Action, 'no-op'> =>
  before === undefined ? 'create' : after === undefined ? 'delete' : 'update';

const words = { create: 'new', update: 'changed', delete: 'removed' } as const;

const order = { delete: 0, update: 1, create: 2 } as const;

const describe = async (
  change: LineChange,
  [before, after]: readonly [SideReading, SideReading],
  pathOf: (change: LineChange) => string,
): Promise<PreviewChange> => {
  const { kind, name } = change;
  const [old, next] = [valueIn(before.bodies, change.before), valueIn(after.bodies, change.after)];
  const action = actionOf(change);
  const isWorkflow = kind === 'workflow' && next !== undefined;
  const files = kind === 'processor' ? fileChangesOf(old, next, new Map()) : [];
  const look = (side: 'before' | 'after', { bodies }: SideReading) =>
    new Map(
      files.flatMap((file) => {
        const digest = file[side]?.digest;
        const body = digest === undefined ? undefined : bodies.get(digest);
        return digest !== undefined && body ? [[digest, lookAtFile(body)] as const] : [];
      }),
    );
  const seen = { before: look('before', before), after: look('after', after), drifted: new Map() };
  const detail = action === 'update' ? await differenceOf(kind, old ?? null, next ?? null, seen) : null;
  return {
    ...{ address: addressOf(kind, name), kind, name, actions: [action], path: pathOf(change), detail },
    reason: detail ? reasonOf(detail) : words[action],
    before_digest: change.before ?? null,
    after_digest: change.after ?? null,
    uses: null,
    graph: isWorkflow ? (graphOf(old, next) ?? null) : null,
  };
};

const pathsOf = ([before, after]: readonly [SideReading, SideReading]): ((change: LineChange) => string) => {
  const paths = new Map(
    [...before.entries, ...after.entries].map(({ kind, name, path }) => [addressOf(kind, name), path]),
  );
  return ({ kind, name }) => paths.get(addressOf(kind, name)) ?? '';
};

/** Reads what a merge changes on both sides, and nothing else of the repository, and compares it. */
export const compareArtifacts = async (source: Source, merged: MergedArtifacts): Promise<Comparison> => {
  const whole = withFolders(source, merged.folders);
  const [read, after] = await Promise.all([readSide(whole, merged.before), readSide(whole, merged.after)]);
  const known = new Set(after.entries.map(({ path }) => path));
  // What the head still has and nobody can read is not deleted: nothing is said of it but what is wrong.
  const before = { ...read, entries: read.entries.filter(({ path }) => known.has(path) || !merged.kept.has(path)) };
  const sides = [before, after] as const;
  const changes = compareManifests(before.entries, after.entries);
  const pathOf = pathsOf(sides);
  const described: PreviewChange[] = [];
  const evidence: Evidence[] = [];
  for (const change of changes) {
    described.push(await describe(change, sides, pathOf));
    evidence.push(...demandOf(change, valueIn(before.bodies, change.before), valueIn(after.bodies, change.after)));
  }
  return {
    changes: described.sort(
      (left, right) => order[actionIn(left)] - order[actionIn(right)] || compareBytes(left.address, right.address),
    ),
    evidence,
    findings: [...merged.problems, ...after.problems],
    taken: [],
    bodies: after.bodies,
    formerly: before.bodies,
  };
};

/** The same, with what is found of names: it holds of the merged project, whatever that is compared with. Pure. */
export const withTaken = (comparison: Comparison, taken: readonly Diagnostic[]): Comparison => {
  if (taken.length === 0) return comparison;
  const said = new Set(comparison.findings.map(({ detail }) => detail));
  const more = taken.filter(({ detail }) => !said.has(detail));
  return { ...comparison, taken, findings: [...comparison.findings, ...more] };
};

const actionIn = ({ actions }: PreviewChange): Exclude<Action, 'no-op'> => {
  const [action] = actions;
  return action === 'create' || action === 'delete' ? action : 'update';
};
