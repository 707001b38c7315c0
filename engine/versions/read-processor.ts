import { posix } from 'node:path';
import { checkProcessorFiles, isFileMode, mostProcessorBytes, type ProcessorFile } from '../artifacts/index.ts';
import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { wholeFile } from '../documents/index.ts';
import type { BlobRecord } from '../state/index.ts';
import { type Digest, digestOfBytes, type JsonValue } from '../values/index.ts';
import { type BlobReading, readBlob } from './read-blob.ts';
import type { Source } from './source.ts';
import type { FolderEntry, TreeEntry } from './tree.ts';

/** Where a processor lies in Git: the path of its manifest, and the id of its folder's tree. */
export type ProcessorPlace = Pick<TreeEntry, 'path' | 'blob'>;

/** A file of a processor and the Git blob that holds its bytes. */
export interface LocatedFile extends ProcessorFile {
  readonly blob: string;
}

/** What a processor comes to, with what was learnt of its files on the way. */
export interface ProcessorReading {
  readonly reading: BlobReading;
  readonly files: readonly LocatedFile[];
  readonly learnt: readonly BlobRecord[];
}

/** What is known of files by the ids of their blobs. */
export type KnownFiles = (blobs: readonly string[]) => Promise<readonly BlobRecord[]>;

interface Sized {
  readonly digest: Digest;
  readonly size: number;
  readonly isPointer: boolean;
}

const pointer = Buffer.from('version https://git-lfs.github.com/spec/');

/** What is to be known of a file without keeping its bytes. */
export const sizeUp = (bytes: Uint8Array): Sized => ({
  digest: digestOfBytes(bytes),
  size: bytes.length,
  isPointer: Buffer.from(bytes.subarray(0, pointer.length)).equals(pointer),
});

const failed = (problems: readonly Diagnostic[]): ProcessorReading => ({
  reading: { artifact: null, problems },
  files: [],
  learnt: [],
});

const recall = (records: readonly BlobRecord[]): Map<string, Sized> =>
  new Map(
    records
      .filter(({ kind }) => kind === 'file')
      .map(({ blob, digest, problems }) => [blob, { digest, ...(problems as unknown as Omit<Sized, 'digest'>) }]),
  );

const recordOf = (blob: string, { digest, ...rest }: Sized): BlobRecord => ({
  blob,
  kind: 'file',
  name: null,
  digest,
  problems: rest as unknown as JsonValue,
});

/** What is wrong with the files of a processor by what is in them. */
export const checkContents = (
  folder: string,
  files: readonly (Sized & { readonly path: string })[],
): readonly Diagnostic[] => {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const pointers = files.flatMap(({ path, isPointer }) =>
    isPointer
      ? [
          problem('processor-lfs-pointer', {
            detail: `${folder}/${path} is a pointer of Git LFS: what it stands for is not in the repository.`,
            range: wholeFile(`${folder}/${path}`),
            hint: 'Commit the file itself, or leave it out and fetch it where the processor runs.',
          }),
        ]
      : [],
  );
  if (total <= mostProcessorBytes) return pointers;
  const detail = `The files of the processor in ${folder} have more than ${mostProcessorBytes} bytes together.`;
  return [...pointers, problem('processor-too-large', { detail, range: wholeFile(folder) })];
};

/** Reads what is not known of these blobs, and hands every body on. What is too much anyway is not read to its end. */
const learn = async (
  source: Source,
  folder: string,
  unread: readonly FolderEntry[],
  onBody: ((digest: Digest, body: Buffer) => void) | undefined,
): Promise<ReadonlyMap<string, Sized>> => {
  const learnt = new Map<string, Sized>();
  let total = 0;
  const wanted = [...new Map(unread.map((entry) => [entry.blob, entry])).values()];
  const blobs = wanted.map(({ blob, path }) => ({ blob, path: `${folder}/${path}` }));
  for await (const { blob, bytes } of source.readBlobs(blobs)) {
    const sized = sizeUp(bytes);
    learnt.set(blob, sized);
    onBody?.(sized.digest, bytes);
    total += sized.size;
    if (total > mostProcessorBytes) break;
  }
  return learnt;
};

/**
 * Reads a processor: its manifest, and the digests of the files beside it. A file whose blob is known is not read again,
 * so that a change of one file costs one file.
 */
export const readProcessor = async (
  source: Source,
  place: ProcessorPlace,
  known: KnownFiles,
  onBody?: (digest: Digest, body: Buffer) => void,
): Promise<ProcessorReading> => {
  const folder = posix.dirname(place.path);
  const listing = await source.listFolder(place.blob);
  const manifest = listing.find(({ path }) => path === posix.basename(place.path));
  if (!manifest) throw new Error(`${place.path} is not in the folder it was found in`);
  const beside = listing.filter((entry) => entry !== manifest);
  const faulty = checkProcessorFiles(folder, beside);
  if (faulty.length > 0) return failed(faulty);
  const sizes = recall(await known(beside.map(({ blob }) => blob)));
  const unread = beside.filter(({ blob }) => !sizes.has(blob));
  const learnt = await learn(source, folder, unread, onBody);
  for (const [blob, sized] of learnt) sizes.set(blob, sized);
  const sized = beside.map((entry) => [entry, sizes.get(entry.blob)] as const);
  const files = sized.flatMap(([{ path, mode, blob }, found]) =>
    found && isFileMode(mode) ? [{ path, mode, digest: found.digest, blob }] : [],
  );
  const wrong = checkContents(
    folder,
    sized.flatMap(([{ path }, found]) => (found ? [{ path, ...found }] : [])),
  );
  if (wrong.length > 0) return failed(wrong);
  for await (const { bytes } of source.readBlobs([{ blob: manifest.blob, path: place.path }])) {
    const reading = await readBlob({ kind: 'processor', path: place.path, bytes, files });
    const records = [...learnt].map(([blob, one]) => recordOf(blob, one));
    return { reading, files, learnt: records };
  }
  throw new Error(`${place.path} was listed and is not there`);
};
