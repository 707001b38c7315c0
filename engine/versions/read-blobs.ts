import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type PackedReadings, packFiles, unpackReadings } from './blob-batch.ts';
import { type BlobReading, readBlob } from './read-blob.ts';
import type { Source } from './source.ts';
import type { TreeEntry } from './tree.ts';

/** Below this many files, starting threads takes longer than reading. */
const worthThreads = 500;
const mostThreads = 4;
/** Files of one batch; a batch ends early when it comes to this many bytes. */
const batchFiles = 64;
const batchBytes = 1024 * 1024;

/** A file that was to be read, with what came of it. */
export interface ReadEntry<Entry> {
  readonly entry: Entry;
  readonly reading: BlobReading;
}

type Wanted = Pick<TreeEntry, 'blob' | 'path' | 'kind'>;
type Blob<Entry> = { readonly entry: Entry; readonly bytes: Buffer };

async function* blobsOf<Entry extends Wanted>(source: Source, entries: readonly Entry[]): AsyncGenerator<Blob<Entry>> {
  let index = 0;
  for await (const { bytes } of source.readBlobs(entries)) {
    const entry = entries[index];
    index += 1;
    if (entry) yield { entry, bytes };
  }
}

async function* batchesOf<Entry extends Wanted>(
  blobs: AsyncIterable<Blob<Entry>>,
): AsyncGenerator<readonly Blob<Entry>[]> {
  let batch: Blob<Entry>[] = [];
  let bytes = 0;
  for await (const blob of blobs) {
    batch.push(blob);
    bytes += blob.bytes.length;
    if (batch.length < batchFiles && bytes < batchBytes) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  if (batch.length > 0) yield batch;
}

/** Beside `main.js` in `dist`, whose chunks lie a folder deeper; beside this file where the sources themselves run. */
const workerFile = (): URL | undefined =>
  ['../blob-worker.js', './blob-worker.js', './blob-worker.ts']
    .map((place) => new URL(place, import.meta.url))
    .find((file) => existsSync(file));

async function* readInThreads<Entry extends Wanted>(
  source: Source,
  entries: readonly Entry[],
  worker: URL,
): AsyncGenerator<ReadEntry<Entry>> {
  const { Tinypool } = await import('tinypool');
  const threads = Math.min(availableParallelism(), mostThreads);
  const pool = new Tinypool({
    filename: worker.href,
    name: 'readBatch',
    minThreads: threads,
    maxThreads: threads,
    isolateWorkers: false,
  });
  const underWay: { readonly batch: readonly Entry[]; readonly readings: Promise<PackedReadings> }[] = [];
  const next = async (): Promise<readonly ReadEntry<Entry>[]> => {
    const first = underWay.shift();
    if (!first) return [];
    const readings = unpackReadings(await first.readings);
    return first.batch.map((entry, index) => ({ entry, reading: readings[index] as BlobReading }));
  };
  try {
    for await (const batch of batchesOf(blobsOf(source, entries))) {
      const packed = packFiles(batch.map(({ entry: { kind, path }, bytes }) => ({ kind, path, bytes })));
      const readings: Promise<PackedReadings> = pool.run(packed, { transferList: [packed.memory] });
      // Awaited in its turn; one that fails before that is no rejection that nobody handles.
      readings.catch(() => undefined);
      underWay.push({ batch: batch.map(({ entry }) => entry), readings });
      // Two for each thread keep all of them busy, and bound what is in memory.
      if (underWay.length >= threads * 2) yield* await next();
    }
    while (underWay.length > 0) yield* await next();
  } finally {
    await pool.destroy();
  }
}

/**
 * Reads files as artifacts and validates them, in order: few of them here, many in threads of their own, because parsing
 * and spelling take far longer than Git does to hand the bytes over.
 */
export async function* readBlobs<Entry extends Wanted>(
  source: Source,
  entries: readonly Entry[],
): AsyncGenerator<ReadEntry<Entry>> {
  const worker = entries.length < worthThreads ? undefined : workerFile();
  if (worker) {
    yield* readInThreads(source, entries, worker);
    return;
  }
  for await (const { entry, bytes } of blobsOf(source, entries)) {
    yield { entry, reading: await readBlob({ kind: entry.kind, path: entry.path, bytes }) };
  }
}
