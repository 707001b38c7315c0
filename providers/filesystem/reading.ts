import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, onDisk } from './errors.ts';
import { partialSuffix, pathOf } from './names.ts';

interface Range {
  readonly start: number;
  readonly length: number;
}

const isAbsent = (error: unknown): boolean => errorCode(error) === 'ENOENT';

/** A file, opened for reading. A link that took its place in the meantime is not followed, a pipe not waited for. */
const openFile = async (path: string): Promise<FileHandle | undefined> => {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (isAbsent(error) || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
};

const readPart = async (file: FileHandle, { start, length }: Range, size: number): Promise<Buffer> => {
  const wanted = Math.max(0, Math.min(length, size - start));
  const buffer = Buffer.alloc(wanted);
  let filled = 0;
  while (filled < wanted) {
    const { bytesRead } = await file.read(buffer, filled, wanted - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
};

/** A range that goes beyond the end yields what there is. */
export const readRange = (location: string, name: string, range?: Range): Promise<Buffer | undefined> =>
  onDisk('reading', location, async () => {
    const file = await openFile(await pathOf(location, name));
    if (!file) return undefined;
    try {
      const found = await file.stat();
      if (!found.isFile()) return undefined;
      return await readPart(file, range ?? { start: 0, length: found.size }, found.size);
    } finally {
      await file.close();
    }
  });

const filesBelow = async (path: string, prefix: string): Promise<readonly string[]> => {
  const names: string[] = [];
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  for (const entry of entries) {
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await filesBelow(join(path, entry.name), name)));
    // Links, sockets and half-written files are none of the store's.
    else if (entry.isFile() && !entry.name.endsWith(partialSuffix)) names.push(name);
  }
  return names;
};

/** Full names, as `read` takes them. The empty folder stands for the whole store; an absent one holds nothing. */
export const listFiles = (location: string, folder: string): Promise<readonly string[]> =>
  onDisk('reading', location, async () => {
    const path = folder === '' ? location : await pathOf(location, folder);
    return [...(await filesBelow(path, folder))].sort();
  });

/** Does nothing where there is no such file. */
export const removeFile = (location: string, name: string): Promise<void> =>
  onDisk('writing', location, async () => rm(await pathOf(location, name), { force: true }));
