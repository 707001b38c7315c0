import {
  compareLines,
  type Digest,
  decodeEntries,
  encodeEntries,
  type JsonValue,
  type Manifest,
  type ManifestEntry,
  manifestOf,
} from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';

/** After so many differences in a row a whole list is stored again, so that reading stays cheap. */
const maxDepth = 24;

interface Row {
  readonly digest: Buffer;
  readonly parent: Buffer | null;
  readonly depth: number;
  readonly entries: Buffer;
  readonly removed: readonly (readonly [ManifestEntry['kind'], string])[];
}

/** As many as one plan compares: what is active, what is wanted, and what the version before came to. */
const mostKept = 3;

/** What each state has told lately, by digest, the oldest first: a digest never comes to mean something else. */
const kept = new WeakMap<StateHandle, Map<Digest, Manifest>>();

const keep = (state: StateHandle, manifest: Manifest): Manifest => {
  const manifests = kept.get(state) ?? new Map<Digest, Manifest>();
  kept.set(state, manifests);
  manifests.delete(manifest.digest);
  manifests.set(manifest.digest, manifest);
  const [oldest] = manifests.keys();
  if (manifests.size > mostKept && oldest !== undefined) manifests.delete(oldest);
  return manifest;
};

/** The manifest with this digest, or undefined where this state never saw it. */
export const readManifest = async (state: StateHandle, digest: Digest): Promise<Manifest | undefined> => {
  const known = kept.get(state)?.get(digest) ?? (await load(state, digest));
  return known && keep(state, known);
};

const load = async (state: StateHandle, digest: Digest): Promise<Manifest | undefined> => {
  const rows = await state.query<Row>(
    `with recursive chain as (
       select digest, parent, depth, entries, removed from :schema.manifest where digest = $1
       union all
       select m.digest, m.parent, m.depth, m.entries, m.removed from :schema.manifest m join chain c on m.digest = c.parent)
     select * from chain order by depth desc`,
    [toBytes(digest)],
  );
  if (rows.length === 0) return undefined;
  // The newest first: what it says of a name counts, and most names are in the oldest alone.
  const entries: ManifestEntry[] = [];
  const settled = new Set<string>();
  for (const row of rows) {
    const told = decodeEntries(row.entries);
    for (const entry of told) if (!settled.has(keyOf(entry.kind, entry.name))) entries.push(entry);
    if (row.parent === null) break;
    for (const { kind, name } of told) settled.add(keyOf(kind, name));
    for (const [kind, name] of row.removed) settled.add(keyOf(kind, name));
  }
  return manifestOf(entries);
};

const keyOf = (kind: string, name: string): string => `${kind}\t${name}`;

const depthOf = async (state: StateHandle, digest: Digest): Promise<number | undefined> => {
  const [row] = await state.query<{ depth: number }>('select depth from :schema.manifest where digest = $1', [
    toBytes(digest),
  ]);
  return row?.depth;
};

/**
 * Stores a manifest; as a difference from `basis` where that is stored and near, so that a version that changes little
 * costs little. Returns whether it was stored now: one that was there already may have other paths.
 */
export const saveManifest = async (
  state: StateHandle,
  manifest: Manifest,
  basis: Manifest | undefined,
): Promise<boolean> => {
  if ((await depthOf(state, manifest.digest)) !== undefined) return false;
  const basisDepth = basis && (await depthOf(state, basis.digest));
  const useBasis = basis !== undefined && basisDepth !== undefined && basisDepth < maxDepth;
  const { wanted, removed } = useBasis ? differenceOf(basis, manifest) : { wanted: manifest.entries, removed: [] };
  const stored = await state.query(
    `insert into :schema.manifest (digest, parent, depth, entries, removed) values ($1, $2, $3, $4, $5)
     on conflict (digest) do nothing returning 1`,
    [
      toBytes(manifest.digest),
      useBasis ? toBytes(basis.digest) : null,
      useBasis ? basisDepth + 1 : 0,
      encodeEntries(wanted),
      JSON.stringify(removed),
    ],
  );
  if (stored.length > 0) keep(state, manifest);
  return stored.length > 0;
};

/** What has to be stored of a manifest beside another, in one pass over both. */
const differenceOf = (
  basis: Manifest,
  { entries }: Manifest,
): { readonly wanted: readonly ManifestEntry[]; readonly removed: Row['removed'] } => {
  const wanted: ManifestEntry[] = [];
  const removed: (readonly [ManifestEntry['kind'], string])[] = [];
  let at = 0;
  for (const entry of entries) {
    for (; at < basis.entries.length; at += 1) {
      const old = basis.entries[at];
      if (!old || old === entry || compareLines(old, entry) >= 0) break;
      removed.push([old.kind, old.name]);
    }
    const old = basis.entries[at];
    const isThere = old !== undefined && (old === entry || compareLines(old, entry) === 0);
    if (isThere) at += 1;
    const isSame = old?.digest === entry.digest && old.path === entry.path && old.blob === entry.blob;
    if (!isThere || !isSame) wanted.push(entry);
  }
  return { wanted, removed: [...removed, ...basis.entries.slice(at).map(({ kind, name }) => [kind, name] as const)] };
};

/** What was found wrong in the artifacts of a tree; plain data, so that this folder need not know what it means. */
export interface TreeKnowledge {
  readonly manifestDigest: Digest;
  readonly problems: JsonValue;
}

export const findTree = async (
  state: StateHandle,
  key: { readonly treeId: string; readonly selection: Digest },
): Promise<TreeKnowledge | undefined> => {
  const [row] = await state.query<{ manifest_digest: Buffer; problems: JsonValue }>(
    'select manifest_digest, problems from :schema.tree where tree_id = $1 and selection = $2',
    [key.treeId, toBytes(key.selection)],
  );
  return row && { manifestDigest: toHex(row.manifest_digest), problems: row.problems };
};

/** What was found wrong in a version with this content, under any tree id. */
export const findProblems = async (state: StateHandle, manifestDigest: Digest): Promise<JsonValue | undefined> => {
  const [row] = await state.query<{ problems: JsonValue }>(
    'select problems from :schema.tree where manifest_digest = $1 limit 1',
    [toBytes(manifestDigest)],
  );
  return row?.problems;
};

/** The tree that a manifest was stored from: its entries have the paths and the blobs of that one. */
export const findOrigin = async (
  state: StateHandle,
  key: { readonly manifestDigest: Digest; readonly selection: Digest },
): Promise<{ readonly treeId: string; readonly problems: JsonValue } | undefined> => {
  const [row] = await state.query<{ tree_id: string; problems: JsonValue }>(
    'select tree_id, problems from :schema.tree where manifest_digest = $1 and selection = $2 and is_origin limit 1',
    [toBytes(key.manifestDigest), toBytes(key.selection)],
  );
  return row && { treeId: row.tree_id, problems: row.problems };
};

/** `isOrigin`: the manifest was stored with the paths of this tree. */
export const rememberTree = async (
  state: StateHandle,
  key: { readonly treeId: string; readonly selection: Digest },
  { manifestDigest, problems, isOrigin }: TreeKnowledge & { readonly isOrigin: boolean },
): Promise<void> => {
  await state.execute(
    `insert into :schema.tree (tree_id, selection, manifest_digest, problems, is_origin) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [key.treeId, toBytes(key.selection), toBytes(manifestDigest), JSON.stringify(problems), isOrigin],
  );
};
