import { posix } from 'node:path';
import { type ProcessorFile, type ReadArtifact, readArtifact, validateArtifact } from '../artifacts/index.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import { type ArtifactKind, type Digest, isJsonObject } from '../values/index.ts';

/** A file of a version with its content. */
export interface BlobFile {
  readonly kind: ArtifactKind;
  readonly path: string;
  readonly bytes: Uint8Array;
  /** What lies beside the manifest of a processor. */
  readonly files?: readonly ProcessorFile[];
}

/** What a file comes to, as plain data, so that it can cross from one thread to another. */
export interface BlobReading {
  /** Null where the file is no artifact: `problems` says why. */
  readonly artifact: {
    readonly name: string;
    /** The file name that gives the artifact its name; null where the document names itself. */
    readonly stem: string | null;
    readonly digest: Digest;
    readonly body: Buffer;
  } | null;
  readonly problems: readonly Diagnostic[];
}

export const stemOf = (path: string): string => posix.parse(path).name;

/** Whether the artifact has its name from its file: the document gives none. */
const isNamedByFile = ({ shape, value }: ReadArtifact): boolean => {
  if (shape !== 'bare' && shape !== 'plain' && shape !== 'wrapped') return false;
  const root = isJsonObject(value) && shape === 'wrapped' ? value.agent : value;
  return isJsonObject(root) && (root.name ?? null) === null;
};

/** Reads one file as an artifact and validates it. */
export const readBlob = async ({ kind, path, bytes, files }: BlobFile): Promise<BlobReading> => {
  const read = await readArtifact(kind, { path, bytes, ...(files && { files }) });
  if (!read.ok) return { artifact: null, problems: read.diagnostics };
  const { name, digest, body, document } = read.value;
  return {
    artifact: { name, stem: isNamedByFile(read.value) ? stemOf(path) : null, digest, body },
    problems: [...read.diagnostics, ...validateArtifact(read.value, document)],
  };
};
