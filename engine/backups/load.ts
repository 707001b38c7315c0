import type { BackupStore } from '../provider/index.ts';
import { type BackupRecord, listBackups, type State } from '../state/index.ts';
import type { Digest, ManifestLine } from '../values/index.ts';
import { readContents } from './contents.ts';
import { type Body, readPacked } from './pack.ts';

/** A backup, ready to be restored from. */
export interface LoadedBackup {
  /** In byte order of (kind, name). */
  readonly lines: readonly ManifestLine[];
  /**
   * These bodies, each once and hashed as it is read; those that the backup does not hold are left out. Throws `Refusal`
   * with `backup-damaged` at the first that comes out wrong. Memory stays bounded by a few megabytes.
   */
  readonly readBodies: (digests: ReadonlySet<Digest>) => AsyncIterable<Body>;
  /** Digests of lines whose body the backup never had: they had drifted when it was taken. */
  readonly missing: readonly Digest[];
}

/** Loads a recorded backup. Throws `Refusal` with `backup-damaged` where a byte of any index it rests on was changed. */
export const loadBackup = async (backups: BackupStore, state: State, record: BackupRecord): Promise<LoadedBackup> => {
  const records = await listBackups(state, record.placeId);
  const { lines, bodies, missing } = await readContents(backups, records, record);
  const rowsOf = (digests: ReadonlySet<Digest>) => [...bodies.values()].filter(([digest]) => digests.has(digest));
  return {
    lines,
    readBodies: (digests) => readPacked(backups, record.placeId, rowsOf(digests)),
    missing,
  };
};
