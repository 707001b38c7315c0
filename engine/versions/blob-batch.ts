import type { Diagnostic } from '../diagnostics/index.ts';
import type { ArtifactKind } from '../values/index.ts';
import { type BlobFile, type BlobReading, readBlob } from './read-blob.ts';

/** Files in one piece of memory, which is handed from thread to thread instead of being copied. */
export interface PackedFiles {
  readonly memory: ArrayBuffer;
  readonly files: readonly { readonly kind: ArtifactKind; readonly path: string; readonly bytes: number }[];
}

/** Readings in one piece of memory: the bodies one after the other, and the rest of each reading. */
export interface PackedReadings {
  readonly memory: ArrayBuffer;
  readonly readings: readonly {
    readonly artifact: (Omit<NonNullable<BlobReading['artifact']>, 'body'> & { readonly bytes: number }) | null;
    readonly problems: readonly Diagnostic[];
  }[];
}

const inOnePiece = (parts: readonly Uint8Array[]): ArrayBuffer => {
  const memory = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    memory.set(part, at);
    at += part.length;
  }
  return memory.buffer;
};

export const packFiles = (files: readonly BlobFile[]): PackedFiles => ({
  memory: inOnePiece(files.map(({ bytes }) => bytes)),
  files: files.map(({ kind, path, bytes }) => ({ kind, path, bytes: bytes.length })),
});

export const readPacked = async ({ memory, files }: PackedFiles): Promise<PackedReadings> => {
  const read: BlobReading[] = [];
  let at = 0;
  for (const { kind, path, bytes } of files) {
    read.push(await readBlob({ kind, path, bytes: Buffer.from(memory, at, bytes) }));
    at += bytes;
  }
  return {
    memory: inOnePiece(read.flatMap(({ artifact }) => artifact?.body ?? [])),
    readings: read.map(({ artifact, problems }) => {
      if (!artifact) return { artifact, problems };
      const { body, ...rest } = artifact;
      return { artifact: { ...rest, bytes: body.length }, problems };
    }),
  };
};

export const unpackReadings = ({ memory, readings }: PackedReadings): readonly BlobReading[] => {
  let at = 0;
  return readings.map(({ artifact, problems }) => {
    if (!artifact) return { artifact, problems };
    const { bytes, ...rest } = artifact;
    const body = Buffer.from(memory, at, bytes);
    at += bytes;
    return { artifact: { ...rest, body }, problems };
  });
};
