import { crc32, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { ArtifactStore, BackupStore } from '../provider/index.ts';
import type { System } from '../system/index.ts';
import { type Digest, digestOfBytes, shortDigest } from '../values/index.ts';
import { damaged, unproven } from './damage.ts';
import { type BackupName, packFile } from './files.ts';
import type { BodyRow } from './index-file.ts';

export interface Body {
  readonly digest: Digest;
  readonly body: Buffer;
}

/** How much of a pack is read at a time: enough to hide the round trip, little enough to hold in memory. */
const segmentBytes = 4 * 1024 * 1024;

/** No body is larger by far; damaged bytes that pretend to be are not unpacked. */
const largestBody = 256 * 1024 * 1024;

/** Streams bodies from a place into a new pack, each hashed first, and returns where each of them lies. */
export const writePack = async (
  input: { readonly system: System; readonly store: ArtifactStore; readonly backups: BackupStore },
  name: BackupName,
  digests: readonly Digest[],
): Promise<{ readonly rows: readonly BodyRow[]; readonly bytes: number }> => {
  if (digests.length === 0) return { rows: [], bytes: 0 };
  const rows: BodyRow[] = [];
  let offset = 0;
  const frames = async function* (): AsyncGenerator<Buffer> {
    for await (const { digest, body } of input.store.bodies(digests)) {
      if (digestOfBytes(body) !== digest) {
        throw unproven(`The body ${shortDigest(digest)} was changed in the place while it was backed up.`);
      }
      const frame = zstdCompressSync(body);
      rows.push([digest, name.id, offset, frame.length, crc32(frame)]);
      offset += frame.length;
      yield frame;
      if (rows.length === 1) await input.system.failpoints('backup-half-written');
    }
  };
  const { bytes } = await input.backups.write(packFile(name), frames());
  if (rows.length !== digests.length) {
    throw unproven(`${digests.length - rows.length} bodies went away in the place while they were backed up.`);
  }
  return { rows, bytes };
};

/** Rows of one pack that lie near each other, to be read at once. */
interface Segment {
  readonly pack: string;
  readonly start: number;
  readonly end: number;
  readonly rows: readonly BodyRow[];
}

/** Groups rows into pieces of at most `segmentBytes`, in the order in which they lie. */
const segmentsOf = (rows: readonly BodyRow[]): readonly Segment[] => {
  const sorted = [...rows].sort(([, packA, a], [, packB, b]) => (packA === packB ? a - b : packA < packB ? -1 : 1));
  const segments: { pack: string; start: number; end: number; rows: BodyRow[] }[] = [];
  for (const row of sorted) {
    const [, pack, offset, length] = row;
    const last = segments.at(-1);
    // A gap is a body that is not wanted; to read across it would be to pay for it.
    if (last?.pack === pack && last.end === offset && offset + length - last.start <= segmentBytes) {
      last.rows.push(row);
      last.end = offset + length;
    } else segments.push({ pack, start: offset, end: offset + length, rows: [row] });
  }
  return segments;
};

const unpack = (frame: Buffer): Buffer | undefined => {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: largestBody });
  } catch {
    return undefined;
  }
};

/** Reads bodies out of their packs, in the order in which they lie. Throws at the first byte that is not as written. */
export async function* readPacked(
  backups: BackupStore,
  placeId: string,
  rows: readonly BodyRow[],
): AsyncGenerator<Body> {
  for (const { pack, start, end, rows: near } of segmentsOf(rows)) {
    const file = packFile({ placeId, id: pack });
    const bytes = await backups.read(file, { start, length: end - start });
    if (!bytes) throw damaged(backups, file, 'is not there');
    for (const [digest, , offset, length, checksum] of near) {
      const frame = bytes.subarray(offset - start, offset - start + length);
      if (frame.length !== length) throw damaged(backups, file, 'is cut off');
      // The checksum finds what decompression forgives: some bits of a frame change nothing in what comes out.
      const body = crc32(frame) === checksum ? unpack(frame) : undefined;
      if (!body || digestOfBytes(body) !== digest) {
        throw damaged(backups, file, `is not what was written: the body ${shortDigest(digest)} comes out wrong`);
      }
      yield { digest, body };
    }
  }
}
