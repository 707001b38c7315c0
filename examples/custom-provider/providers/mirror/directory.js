import { randomUUID } from 'node:crypto';
import { access, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const draftEnd = '.draft';

const isAbsent = (error) => error.code === 'ENOENT' || error.code === 'ENOTDIR';

/** A draft of a file: it gets its name with `publish`, and is gone after `discard` either way. */
export const openDraft = async (path) => {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}${draftEnd}`;
  const file = await open(draft, 'wx', 0o600);
  return {
    append: (chunk) => file.writeFile(chunk),
    /** A link fails where the name is taken. */
    publish: async () => {
      await file.sync();
      await link(draft, path);
    },
    discard: async () => {
      await file.close();
      await rm(draft, { force: true });
    },
  };
};

export const isThere = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Undefined where there is no such file. */
export const readPart = async (path, range) => {
  try {
    await using file = await open(path);
    if (!range) return await file.readFile();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(range.length), 0, range.length, range.start);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
};

/** Full names of the files, or of the drafts, below a folder of a directory. */
export const namesBelow = async (directory, folder, wanted = 'files') => {
  const entries = await readdir(join(directory, folder), { withFileTypes: true, recursive: true }).catch((error) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(draftEnd) === (wanted === 'drafts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));
};
