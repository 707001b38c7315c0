import {
  appendAudit,
  type BackupRecord,
  type Lease,
  lastBackup,
  listLeases,
  markRemoved,
  recordBackup,
  replaceBackupIndex,
  requireLease,
  type State,
} from '../state/index.ts';
import type { System } from '../system/index.ts';
import type { Digest } from '../values/index.ts';
import type { BackupHead } from './index-file.ts';

/** Who records, under which lease. */
export interface Recorder {
  readonly system: System;
  readonly state: State;
  readonly lease: Lease;
}

/** Who holds the lease, as the audit trail names people. A lease that was lost is found out by the transaction after. */
export const holderOf = async ({ state, lease, system }: Recorder): Promise<string> => {
  const held = await listLeases(state, system.processes);
  return held.find((place) => place.lease.leaseId === lease.id)?.lease.holder ?? 'unknown';
};

/** From here on the backup exists: its files are whole, proven and named by its digest. */
export const recordTaken = async (
  recorder: Recorder,
  head: BackupHead,
  indexDigest: Digest,
  pack: { readonly bodies: number; readonly bytes: number; readonly restsOn: string | null },
): Promise<BackupRecord> => {
  const { state, lease, system } = recorder;
  const actor = await holderOf(recorder);
  await system.failpoints('backup-written-not-recorded');
  await state.transaction(async (transaction) => {
    await requireLease(transaction, lease);
    await recordBackup(transaction, {
      id: head.id,
      placeId: head.place_id,
      environment: head.environment,
      releaseId: head.release_id,
      seq: head.seq,
      version: head.version,
      manifestDigest: head.manifest_digest,
      parent: head.parent,
      indexDigest,
      ...pack,
    });
    await appendAudit(transaction, system, {
      actor,
      event: 'backup.taken',
      subject: head.id,
      environment: head.environment,
      detail: { place: lease.place.address, release: head.release_id, seq: head.seq, manifest: head.manifest_digest },
    });
  });
  const recorded = await lastBackup(state, head.place_id);
  if (recorded?.id !== head.id) throw new Error('a backup that was just recorded is not there');
  return recorded;
};

/** A backup that was written again so that it stands alone. */
export interface Rewrite {
  readonly id: string;
  readonly indexDigest: Digest;
}

/** From here on the removed ones do not exist, and those that continued them stand alone. */
export const recordRemovals = async (
  recorder: Recorder,
  removed: readonly string[],
  rewrites: readonly Rewrite[],
): Promise<void> => {
  const { system, state, lease } = recorder;
  const actor = await holderOf(recorder);
  await state.transaction(async (transaction) => {
    await requireLease(transaction, lease);
    for (const { id, indexDigest } of rewrites) await replaceBackupIndex(transaction, id, indexDigest);
    await markRemoved(transaction, removed);
    await appendAudit(transaction, system, {
      actor,
      event: 'backup.pruned',
      subject: lease.place.address,
      environment: lease.place.environment,
      detail: { removed, rewritten: rewrites.map(({ id }) => id) },
    });
  });
};
