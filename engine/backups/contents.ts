import type { BackupStore } from '../provider/index.ts';
import type { BackupRecord } from '../state/index.ts';
import { compareLines, type Digest, type ManifestLine, manifestDigestOf } from '../values/index.ts';
import { damaged } from './damage.ts';
import { hasSize, indexFile, packFile } from './files.ts';
import {
  type BackupHead,
  type BackupIndex,
  type BackupLists,
  type BodyRow,
  readIndex,
  readLists,
} from './index-file.ts';

/** All that a backup holds: its own lists and those of every backup that it continues, put together. */
export interface BackupContents {
  readonly head: BackupHead;
  /** In byte order of (kind, name); they come to the digest that was recorded. */
  readonly lines: readonly ManifestLine[];
  /** Where the body of each line and of each file lies. */
  readonly bodies: ReadonlyMap<Digest, BodyRow>;
  /** The files of each processor among the lines. */
  readonly files: ReadonlyMap<Digest, readonly Digest[]>;
  /** Every pack that a body lies in, with its size. */
  readonly packs: ReadonlyMap<string, number>;
  /** Digests of lines and files whose body nobody has. */
  readonly missing: readonly Digest[];
}

/** The indexes from the one that stands alone to the one asked for. */
const readChain = async (
  backups: BackupStore,
  records: readonly BackupRecord[],
  record: BackupRecord,
): Promise<readonly BackupIndex[]> => {
  const byId = new Map(records.map((known) => [known.id, known]));
  const chain: BackupIndex[] = [];
  for (let at = record; ; ) {
    chain.unshift(await readIndex(backups, at));
    if (at.parent === null) return chain;
    const parent = byId.get(at.parent);
    if (!parent) throw damaged(backups, indexFile(at), 'continues a backup that is recorded no more');
    at = parent;
  }
};

/** Puts the lists of a chain together; the later ones win. */
export const mergeLists = (lists: readonly BackupLists[]): Pick<BackupContents, 'lines' | 'bodies' | 'files'> => {
  const files = new Map(lists.flatMap((list) => list.files ?? []));
  const lines = new Map<string, ManifestLine>();
  const bodies = new Map<Digest, BodyRow>();
  for (const list of lists) {
    for (const [kind, name] of list.lines_removed) lines.delete(`${kind}\t${name}`);
    for (const [kind, name, digest] of list.lines_added) lines.set(`${kind}\t${name}`, { kind, name, digest });
    for (const row of list.bodies) bodies.set(row[0], row);
  }
  const sorted = [...lines.values()].sort(compareLines);
  const processors = new Set(sorted.filter(({ kind }) => kind === 'processor').map(({ digest }) => digest));
  return { lines: sorted, bodies, files: new Map([...files].filter(([digest]) => processors.has(digest))) };
};

/**
 * Reads every index that a backup rests on. `records` are those of its place. Throws `Refusal` with `backup-damaged` where
 * one of them was changed, or where together they do not come to what was recorded. Costs the size of the estate.
 */
export const readContents = async (
  backups: BackupStore,
  records: readonly BackupRecord[],
  record: BackupRecord,
): Promise<BackupContents> => {
  const chain = await readChain(backups, records, record);
  const head = chain.at(-1);
  if (!head) throw new Error('a chain without a backup');
  const lists: BackupLists[] = [];
  for (const index of chain) lists.push(await readLists(backups, index));
  const merged = mergeLists(lists);
  if (manifestDigestOf(merged.lines) !== record.manifestDigest) {
    throw damaged(backups, indexFile(record), 'does not come to the content that was recorded');
  }
  const wanted = [...new Set([...merged.lines.map((line) => line.digest), ...[...merged.files.values()].flat()])];
  const bodies = new Map(
    wanted.flatMap((digest) => {
      const row = merged.bodies.get(digest);
      return row ? [[digest, row] as const] : [];
    }),
  );
  const sizes = new Map(chain.flatMap((index) => index.packs));
  const used = new Set([...bodies.values()].map(([, pack]) => pack));
  return {
    head,
    lines: merged.lines,
    bodies,
    files: merged.files,
    packs: new Map([...sizes].filter(([pack]) => used.has(pack))),
    missing: wanted.filter((digest) => !bodies.has(digest)),
  };
};

/** Throws unless every pack is there in its full size. Reads one byte of each. */
export const requirePacks = async (
  backups: BackupStore,
  placeId: string,
  packs: Iterable<readonly [pack: string, bytes: number]>,
): Promise<void> => {
  for (const [id, bytes] of packs) {
    const file = packFile({ placeId, id });
    if (!(await hasSize(backups, file, bytes))) throw damaged(backups, file, `is not there with its ${bytes} bytes`);
  }
};
