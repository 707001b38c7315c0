import { refuse } from '../diagnostics/index.ts';
import type { BackupStore } from '../provider/index.ts';
import type { BackupRecord } from '../state/index.ts';
import { type ArtifactKind, type Digest, digestOfBytes } from '../values/index.ts';
import { damaged, unproven } from './damage.ts';
import { indexFile, linesFile } from './files.ts';

/** The newest format this program knows. A program that knows only 1 would leave the files of processors out. */
const newestFormat = 2;

/** The oldest format that says all of it, so that an older program reads what it can. */
const formatOf = ({ files }: BackupLists): number => (files === undefined ? 1 : 2);

export type LineRow = readonly [kind: ArtifactKind, name: string, digest: Digest];
export type NameRow = readonly [kind: ArtifactKind, name: string];
/** Where a body lies: the backup whose pack it is in, first byte, number of bytes, CRC-32 of those bytes. */
export type BodyRow = readonly [digest: Digest, pack: string, offset: number, length: number, checksum: number];
/** The files that a processor's body names; a file has a body row like everything else. */
export type FilesRow = readonly [processor: Digest, files: readonly Digest[]];
export type PackRow = readonly [pack: string, bytes: number];

/** What a backup says of its content: everything where it stands alone, else what differs from its parent. */
export interface BackupLists {
  readonly lines_added: readonly LineRow[];
  readonly lines_removed: readonly NameRow[];
  readonly bodies: readonly BodyRow[];
  /** For each processor of its lines; not there where there are none. */
  readonly files?: readonly FilesRow[];
}

/** What a backup is, apart from its lists. */
export interface BackupHead {
  readonly id: string;
  readonly place_id: string;
  readonly environment: string;
  readonly release_id: string | null;
  readonly seq: number;
  readonly version: string | null;
  readonly manifest_digest: Digest;
  /** The backup that this one continues; null where it stands alone. */
  readonly parent: string | null;
  /** How many parents lie between this one and one that stands alone. */
  readonly depth: number;
  readonly created_at: string;
  /** Every pack that its own lists name, with its size. */
  readonly packs: readonly PackRow[];
  /** Bodies of its content that nobody has any more. */
  readonly missing: readonly Digest[];
}

/** An index file. It stays small: where the lists are as long as the estate, they are in a file of their own. */
export interface BackupIndex extends BackupHead, BackupLists {
  readonly format: number;
  readonly lists: { readonly digest: Digest; readonly bytes: number } | null;
}

interface EncodedIndex {
  readonly index: Buffer;
  /** The content of the lines file, where there is one. */
  readonly lists: Buffer | undefined;
}

const encode = (value: object): Buffer => Buffer.from(`${JSON.stringify(value)}\n`);

const emptyLists: BackupLists = { lines_added: [], lines_removed: [], bodies: [] };

/** The bytes of a backup's index, and of its lines file where it stands alone. */
const encodeIndex = (head: BackupHead, lists: BackupLists): EncodedIndex => {
  const format = formatOf(lists);
  if (head.parent !== null) return { index: encode({ format, ...head, ...lists, lists: null }), lists: undefined };
  const bytes = encode({ format, ...lists });
  const reference = { digest: digestOfBytes(bytes), bytes: bytes.length };
  return { index: encode({ format, ...head, ...emptyLists, lists: reference }), lists: bytes };
};

const readChecked = async (backups: BackupStore, file: string, digest: Digest): Promise<unknown> => {
  const bytes = await backups.read(file);
  if (!bytes) throw damaged(backups, file, 'is not there');
  // Before any of it is believed, or even parsed.
  if (digestOfBytes(bytes) !== digest) throw damaged(backups, file, 'is not what was written');
  const value = JSON.parse(bytes.toString('utf8')) as { readonly format: number };
  if (value.format > newestFormat) {
    throw refuse('backup-format-newer', {
      detail: `The file ${file} in ${backups.label} has format ${value.format}; this m3forge knows ${newestFormat}.`,
      hint: 'Use the newer m3forge that made it.',
    });
  }
  return value;
};

/** The index of a recorded backup, once its bytes have the digest that was recorded. */
export const readIndex = async (backups: BackupStore, record: BackupRecord): Promise<BackupIndex> =>
  (await readChecked(backups, indexFile(record), record.indexDigest)) as BackupIndex;

/** The lists of an index, from their own file where they have one. */
export const readLists = async (backups: BackupStore, index: BackupIndex): Promise<BackupLists> =>
  index.lists
    ? ((await readChecked(
        backups,
        linesFile({ placeId: index.place_id, id: index.id }),
        index.lists.digest,
      )) as BackupLists)
    : index;

/** Writes a file and reads it back. */
const writeProven = async (backups: BackupStore, file: string, bytes: Buffer): Promise<void> => {
  // Left there by a run that was killed before it recorded it.
  if (await backups.read(file, { start: 0, length: 1 })) await backups.remove(file);
  const chunks = async function* (): AsyncGenerator<Buffer> {
    yield bytes;
  };
  await backups.write(file, chunks());
  const back = await backups.read(file);
  if (!back?.equals(bytes)) throw unproven(`The file ${file} in ${backups.label} reads otherwise than it was written.`);
};

/** Writes the index, after the lists it names, reads both back, and returns the index's digest. */
export const writeIndex = async (backups: BackupStore, head: BackupHead, lists: BackupLists): Promise<Digest> => {
  const name = { placeId: head.place_id, id: head.id, parent: head.parent };
  const encoded = encodeIndex(head, lists);
  if (encoded.lists) await writeProven(backups, linesFile(name), encoded.lists);
  await writeProven(backups, indexFile(name), encoded.index);
  return digestOfBytes(encoded.index);
};
