/**
 * A backup store in a directory.
 *
 * Promises that a file appears under its name only when it is whole and on the disk, that no file is ever replaced, and
 * that nothing outside the directory is read or written. It may not know what the files hold.
 */
import type { BackupStore, BackupStoreContext, Provider } from '../../engine/provider/index.ts';
import { listFiles, readRange, removeFile } from './reading.ts';
import { sweepFolder } from './sweeping.ts';
import { checkDirectory, createWriter } from './writing.ts';

const backupStore = ({ system, location }: BackupStoreContext): BackupStore => ({
  label: location,
  check: () => checkDirectory(system, location),
  write: createWriter(system, location),
  read: (name, range) => readRange(location, name, range),
  list: (folder) => listFiles(location, folder),
  remove: (name) => removeFile(location, name),
  sweep: (folder, permit) => sweepFolder(location, folder, permit),
});

export const filesystem: Provider = { name: 'filesystem', backupStore };
