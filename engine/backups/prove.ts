import type { ArtifactStore, BackupStore } from '../provider/index.ts';
import { shortDigest } from '../values/index.ts';
import { isDamage, unproven } from './damage.ts';
import type { BodyRow } from './index-file.ts';
import { type Body, readPacked } from './pack.ts';

/**
 * Reads what was written back out of the backup store, restores it into a scratch table of the place's database and has
 * the database hash it. Throws `Refusal` with `backup-proof-failed` unless every body comes out right on both sides.
 */
export const proveBackup = async (
  store: ArtifactStore,
  backups: BackupStore,
  placeId: string,
  rows: readonly BodyRow[],
): Promise<void> => {
  if (rows.length === 0) return;
  let damage: unknown;
  // What is thrown inside a COPY comes back in the words of the database; the damage itself is what tells.
  const readBack = async function* (): AsyncGenerator<Body> {
    try {
      yield* readPacked(backups, placeId, rows);
    } catch (error) {
      damage = error;
      throw error;
    }
  };
  let proven: ReadonlySet<string>;
  try {
    proven = await store.proveBodies(readBack());
  } catch (error) {
    if (isDamage(damage)) throw unproven(damage.diagnostics.map(({ detail }) => detail).join(' '), damage);
    throw damage ?? error;
  }
  const wrong = rows.find(([digest]) => !proven.has(digest));
  if (wrong) throw unproven(`The body ${shortDigest(wrong[0])} came out wrong when the database restored it.`);
};
