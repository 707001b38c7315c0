import {
  compareManifests,
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

/** The manifest with this digest, or undefined where this state never saw it. */
export const readManifest = async (state: StateHandle, digest: Digest): Promise<Manifest | undefined> => {
  const rows = await state.query<Row>(
    `with recursive chain as (
       select digest, parent, depth, entries, removed from :schema.manifest where digest = $1
       union all
       select m.digest, m.parent, m.depth, m.entries, m.removed from :schema.manifest m join chain c on m.digest = c.parent)
     select * from chain order by depth`,
    [toBytes(digest)],
  );
  if (rows.length === 0) return undefined;
  const entries = new Map<string, ManifestEntry>();
  for (const row of rows) {
    for (const [kind, name] of row.removed) entries.delete(`${kind}\t${name}`);
    for (const entry of decodeEntries(row.entries)) entries.set(`${entry.kind}\t${entry.name}`, entry);
  }
  return manifestOf([...entries.values()]);
};

const depthOf = async (state: StateHandle, digest: Digest): Promise<number | undefined> => {
  const [row] = await state.query<{ depth: number }>('select depth from :schema.manifest where digest = $1', [
    toBytes(digest),
  ]);
  return row?.depth;
};

/**
 * Stores a manifest; as a difference from `basis` where that is stored and near, so that a version that changes little
 * costs little.
 */
export const saveManifest = async (
  state: StateHandle,
  manifest: Manifest,
  basis: Manifest | undefined,
): Promise<void> => {
  if ((await depthOf(state, manifest.digest)) !== undefined) return;
  const basisDepth = basis && (await depthOf(state, basis.digest));
  const useBasis = basis !== undefined && basisDepth !== undefined && basisDepth < maxDepth;
  const wanted = useBasis ? entriesNotIn(manifest, basis) : manifest.entries;
  const removed = useBasis
    ? compareManifests(basis.entries, manifest.entries)
        .filter((change) => change.after === undefined)
        .map((change) => [change.kind, change.name])
    : [];
  await state.execute(
    `insert into :schema.manifest (digest, parent, depth, entries, removed) values ($1, $2, $3, $4, $5)
     on conflict (digest) do nothing`,
    [
      toBytes(manifest.digest),
      useBasis ? toBytes(basis.digest) : null,
      useBasis ? basisDepth + 1 : 0,
      encodeEntries(wanted),
      JSON.stringify(removed),
    ],
  );
};

const entriesNotIn = (manifest: Manifest, basis: Manifest): readonly ManifestEntry[] => {
  const known = new Map(basis.entries.map((entry) => [`${entry.kind}\t${entry.name}`, entry]));
  return manifest.entries.filter((entry) => {
    const old = known.get(`${entry.kind}\t${entry.name}`);
    return old?.digest !== entry.digest || old.path !== entry.path || old.blob !== entry.blob;
  });
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

export const rememberTree = async (
  state: StateHandle,
  key: { readonly treeId: string; readonly selection: Digest },
  knowledge: TreeKnowledge,
): Promise<void> => {
  await state.execute(
    `insert into :schema.tree (tree_id, selection, manifest_digest, problems) values ($1, $2, $3, $4)
     on conflict do nothing`,
    [key.treeId, toBytes(key.selection), toBytes(knowledge.manifestDigest), JSON.stringify(knowledge.problems)],
  );
};
