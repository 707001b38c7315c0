import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isThere, namesBelow, openDraft, readPart } from './directory.js';

/** An error whose message and hint a user reads. */
const problem = (message, hint) => Object.assign(new Error(message), { hint });

const openStore = ({ options, directory: home }) => {
  const directories = options.directories.map((directory) => resolve(home, directory));

  const present = async () => {
    for (const directory of directories) {
      if (await isThere(directory)) continue;
      throw problem(`The directory ${directory} is not there.`, 'Create it, or mend backups.options.directories.');
    }
  };

  /** Writes to both or to none. Killed between the two, it leaves a whole file in one; what is in either can be read. */
  const write = async (name, chunks) => {
    await present();
    const paths = directories.map((directory) => join(directory, name));
    for (const path of paths) if (await isThere(path)) throw problem(`${path} exists already.`);
    const drafts = [];
    try {
      for (const path of paths) drafts.push(await openDraft(path));
      let bytes = 0;
      for await (const chunk of chunks) {
        for (const draft of drafts) await draft.append(chunk);
        bytes += chunk.length;
      }
      for (const draft of drafts) await draft.publish();
      return { bytes };
    } catch (error) {
      for (const draft of drafts) await draft.withdraw();
      throw error;
    } finally {
      for (const draft of drafts) await draft.discard();
    }
  };

  const listAll = async (folder, wanted) => {
    await present();
    const lists = await Promise.all(directories.map((directory) => namesBelow(directory, folder, wanted)));
    return [...new Set(lists.flat())].sort();
  };

  const remove = async (name) => {
    await present();
    for (const directory of directories) await rm(join(directory, name), { force: true });
  };

  return {
    label: directories.join(' and '),
    check: present,
    write,
    read: async (name, range) => {
      await present();
      for (const directory of directories) {
        const found = await readPart(join(directory, name), range);
        if (found) return found;
      }
      return undefined;
    },
    list: (folder) => listAll(folder, 'files'),
    remove,
    sweep: async (folder, permit) => {
      const drafts = await listAll(folder, 'drafts');
      if (drafts.length > 0) await permit();
      for (const draft of drafts) await remove(draft);
      return drafts.length;
    },
  };
};

/** @type {import('m3forge/provider-kit').ThirdPartyProvider} */
export const provider = { backupStore: openStore };
