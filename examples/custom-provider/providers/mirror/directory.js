import { randomUUID } from 'node:crypto';
import { access, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const draftEnd = '.draft';

const isAbsent = (error) => error.code === 'ENOENT' || error.code === 'ENOTDIR';

/** A name that a folder was given is on the disk when the folder is. */
const syncFolder = async (folder) => {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Creates a folder with those above it, each of them durably. */
const createFolder = async (folder) => {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
};

/** A draft of a file: it gets its name with `publish`, and is gone after `discard` either way. */
export const openDraft = async (path) => {
  const folder = dirname(path);
  await createFolder(folder);
  const draft = `${path}.${randomUUID()}${draftEnd}`;
  const file = await open(draft, 'wx', 0o600);
  let isNamed = false;
  return {
    append: (chunk) => file.writeFile(chunk),
    /** A link fails where the name is taken. */
    publish: async () => {
      await file.sync();
      await link(draft, path);
      isNamed = true;
      await syncFolder(folder);
    },
    /** Takes the name away again, where `publish` gave it. */
    withdraw: async () => {
      if (isNamed) await rm(path, { force: true });
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
  const file = await open(path).catch((error) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    if (!range) return await file.readFile();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(range.length), 0, range.length, range.start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
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
