import { compareBytes, type Digest, isJsonObject, type JsonObject, type JsonValue } from '../values/index.ts';

/** How a file of a processor may be used, as Git says it: read, or also run. */
export type FileMode = '100644' | '100755';

export const isFileMode = (mode: string): mode is FileMode => mode === '100644' || mode === '100755';

/** One file beside the manifest of a processor. Its content is a body of its own, found by its digest. */
export interface ProcessorFile {
  /** Forward slashes, relative to the manifest's folder. */
  readonly path: string;
  readonly mode: FileMode;
  /** SHA-256 of the bytes as they are. */
  readonly digest: Digest;
}

/** What the body of a processor says: its manifest, and its files in byte order of their paths. */
export const processorValue = (manifest: JsonValue, files: readonly ProcessorFile[]): JsonObject => ({
  manifest,
  files: [...files]
    .sort((left, right) => compareBytes(left.path, right.path))
    .map(({ path, mode, digest }) => ({ path, mode, digest })),
});

/** The files that the body of a processor names; none where it is no such body, because somebody changed it by hand. */
export const filesOf = (body: JsonValue | undefined): readonly ProcessorFile[] => {
  const files = isJsonObject(body) ? body.files : undefined;
  if (!Array.isArray(files)) return [];
  return (files as readonly JsonValue[]).flatMap((file) => {
    if (!isJsonObject(file)) return [];
    const { path, mode, digest } = file;
    const isFile =
      typeof path === 'string' &&
      typeof mode === 'string' &&
      typeof digest === 'string' &&
      isFileMode(mode) &&
      /^[0-9a-f]{64}$/.test(digest);
    return isFile ? [{ path, mode, digest }] : [];
  });
};
