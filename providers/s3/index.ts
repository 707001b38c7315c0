/**
 * A backup store in a bucket, at Amazon or wherever else S3 is spoken.
 *
 * Promises that a file appears under its name only when it is whole and has the length that was sent, that no file is
 * ever replaced, that each exchange ends within its deadline, and that no text holds a key, a signature or what the store
 * says of them. It may not know what the files hold.
 */
import type { BackupStore, BackupStoreContext, Provider } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { bucketOf, credentialsOf } from './options.ts';
import { listFiles, readFile, type Store } from './reading.ts';
import { createAsk } from './requests.ts';
import { sweepFolder } from './sweeping.ts';
import { removeFile, type WriteManner, writeFile } from './writing.ts';

/** Writes, finds and removes a file: who may do that may do everything. */
const checkBucket = async (manner: WriteManner, { ids }: System): Promise<void> => {
  const name = `probe.${ids.uuid()}`;
  const once = async function* () {
    yield Buffer.from('m3forge looks whether it may write here.\n');
  };
  await listFiles(manner.store, name);
  await writeFile(manner, name, once());
  await removeFile(manner.store, name);
};

/** Options: the keys of `backups` in the configuration, their expressions resolved. */
const backupStore = ({ system, options = {} }: BackupStoreContext): BackupStore => {
  const bucket = bucketOf(options, system);
  const label = `s3://${bucket.name}/${bucket.prefix}`;
  const store: Store = {
    label: `the bucket ${label}`,
    prefix: bucket.prefix,
    ask: createAsk({ system, bucket, credentials: credentialsOf(options, system) }),
  };
  const manner: WriteManner = { store, encryption: bucket.encryption };
  return {
    label,
    check: () => checkBucket(manner, system),
    write: (name, chunks) => writeFile(manner, name, chunks),
    read: (name, range) => readFile(store, name, range),
    list: (folder) => listFiles(store, folder),
    remove: (name) => removeFile(store, name),
    sweep: (folder, permit) => sweepFolder(store, folder, permit),
  };
};

export const s3: Provider = { name: 's3', backupStore };
