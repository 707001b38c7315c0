import { link, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { refuse } from '../../engine/diagnostics/index.ts';
import type { BackupStore } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { errorCode, onDisk } from './errors.ts';
import { draftName, pathOf, probeName } from './names.ts';
import { removeProbes } from './sweeping.ts';

// Backups hold whole artifacts: they are for their owner only.
const folderMode = 0o700;
const fileMode = 0o600;

const probeBytes = 4096;

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** Creates a folder with those above it, each of them durably: a new folder is on the disk when the one above is synced. */
const createFolder = async (folder: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode: folderMode });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
};

const draftOf = ({ processes, ids }: System, name: string): string => draftName(name, processes.self.pid, ids.uuid());

const writeDraft = async (draft: string, chunks: AsyncIterable<Uint8Array>): Promise<number> => {
  const handle = await open(draft, 'wx', fileMode);
  try {
    let bytes = 0;
    for await (const chunk of chunks) {
      await handle.writeFile(chunk);
      bytes += chunk.length;
    }
    await handle.sync();
    return bytes;
  } finally {
    await handle.close();
  }
};

const alreadyThere = (path: string) =>
  refuse('backup-file-exists', { detail: `${path} exists, and a backup is never replaced.` });

/** Gives a draft its name. A link fails where the name is taken; renaming would replace. */
const publish = async (draft: string, path: string): Promise<void> => {
  try {
    await link(draft, path);
    await rm(draft);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') throw alreadyThere(path);
    // Some network and FAT file systems have no hard links. Looking first is nearly as good there: one lease, one writer.
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    const taken = await lstat(path).catch(() => undefined);
    if (taken) throw alreadyThere(path);
    await rename(draft, path);
  }
};

export const createWriter =
  (system: System, location: string): BackupStore['write'] =>
  async (name, chunks) => {
    const path = await onDisk('writing', location, () => pathOf(location, name));
    const folder = dirname(path);
    const draft = join(folder, draftOf(system, basename(path)));
    await onDisk('writing', folder, () => createFolder(folder));
    try {
      const bytes = await onDisk('writing', folder, () => writeDraft(draft, chunks));
      await onDisk('writing', folder, async () => {
        await publish(draft, path);
        await syncFolder(folder);
      });
      return { bytes };
    } catch (error) {
      await rm(draft, { force: true }).catch(() => undefined);
      throw error;
    }
  };

/** Creates the directory and writes, syncs and removes a file in it. */
export const checkDirectory = async (system: System, location: string): Promise<void> => {
  await onDisk('writing', location, async () => {
    await createFolder(location);
    if (!(await stat(location)).isDirectory()) throw Object.assign(new Error('a file'), { code: 'ENOTDIR' });
    await removeProbes(location);
    const probe = join(location, draftOf(system, probeName));
    const once = async function* () {
      yield new Uint8Array(probeBytes);
    };
    try {
      await writeDraft(probe, once());
    } finally {
      await rm(probe, { force: true });
    }
  });
};
