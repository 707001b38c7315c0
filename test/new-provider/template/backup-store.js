import { randomUUID } from 'node:crypto';
import { access, link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

// This one keeps files in a directory. Put what your service needs in its place, function by function.

const isAbsent = (error) => error.code === 'ENOENT' || error.code === 'ENOTDIR';

/** An error whose message and hint a user reads: what is wrong, and what to do. Never put a secret into it. */
const problem = (message, hint) => Object.assign(new Error(message), { hint });

const draftEnd = '.draft';

const namesBelow = async (directory, folder, isWanted) => {
  const entries = await readdir(join(directory, folder), { withFileTypes: true }).catch((error) => {
    if (isAbsent(error)) return [];
    throw error;
  });
  const names = [];
  for (const entry of entries) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) names.push(...(await namesBelow(directory, name, isWanted)));
    else if (isWanted(name)) names.push(name);
  }
  return names;
};

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

/** Writes a draft, which gets its name when all of it is on the disk. A link fails where the name is taken. */
const writeFile = async (path, chunks) => {
  const folder = dirname(path);
  await createFolder(folder);
  const draft = join(folder, `${basename(path)}.${randomUUID()}${draftEnd}`);
  try {
    const file = await open(draft, 'wx', 0o600);
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        await file.writeFile(chunk);
        bytes += chunk.length;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await link(draft, path);
    await syncFolder(folder);
    return { bytes };
  } finally {
    await rm(draft, { force: true });
  }
};

const readPart = async (path, range) => {
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

/** @type {NonNullable<import('m3forge/provider-kit').ThirdPartyProvider['backupStore']>} */
export const openStore = ({ options, directory: home }) => {
  const directory = resolve(home, String(options.directory));
  /** A directory that is gone must not look like one that is empty. */
  const present = async () => {
    await access(directory).catch(() => {
      throw problem(`The directory ${directory} cannot be used.`, 'Create it, or mend backups.options.directory.');
    });
  };
  return {
    label: directory,
    check: async () => {
      await present();
      const probe = join(directory, `${randomUUID()}${draftEnd}`);
      await (await open(probe, 'wx')).close();
      await rm(probe);
    },
    write: async (name, chunks) => {
      await present();
      return writeFile(join(directory, name), chunks);
    },
    read: async (name, range) => {
      await present();
      return readPart(join(directory, name), range);
    },
    list: async (folder) => {
      await present();
      return namesBelow(directory, folder, (name) => !name.endsWith(draftEnd));
    },
    remove: async (name) => {
      await present();
      await rm(join(directory, name), { force: true });
    },
    sweep: async (folder, permit) => {
      await present();
      const drafts = await namesBelow(directory, folder, (name) => name.endsWith(draftEnd));
      if (drafts.length === 0) return 0;
      await permit();
      for (const draft of drafts) await rm(join(directory, draft), { force: true });
      return drafts.length;
    },
  };
};
