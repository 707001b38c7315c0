import type { PlaceReading } from '../plan/index.ts';
import type { ArtifactStore, BackupStore } from '../provider/index.ts';
import type { BackupRecord, Lease, State } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { addressOf, counted } from '../values/index.ts';
import { countOn } from './count-on.ts';
import { type Draft, draftBackup, isEnough } from './draft.ts';
import { type BackupHead, type BodyRow, writeIndex } from './index-file.ts';
import { findLast } from './last.ts';
import { writePack } from './pack.ts';
import { proveBackup } from './prove.ts';
import { recordTaken } from './record.ts';
import { type RecordedContent, recordedContent } from './recorded.ts';
import { sweepDrafts } from './sweep-drafts.ts';

export interface BackupInput {
  readonly system: System;
  readonly state: State;
  /** Of the place that is backed up. */
  readonly lease: Lease;
  readonly store: ArtifactStore;
  readonly backups: BackupStore;
  readonly environment: string;
  /** The release before which it is taken; null for one by hand. */
  readonly releaseId: string | null;
  readonly reading: PlaceReading;
}

export interface BackupTaken {
  /** Null where nothing is active. */
  readonly backup: BackupRecord | null;
  /** One line for people. */
  readonly detail: string;
}

const shortId = (id: string): string => id.slice(0, 8);

const headOf = (
  input: BackupInput,
  id: string,
  recorded: RecordedContent,
  draft: Draft,
  bytes: number,
): BackupHead => ({
  id,
  place_id: input.lease.place.id,
  environment: input.environment,
  release_id: input.releaseId,
  seq: recorded.seq,
  version: recorded.version,
  manifest_digest: recorded.manifestDigest,
  parent: draft.parent?.record.id ?? null,
  depth: draft.parent ? draft.parent.index.depth + 1 : 0,
  created_at: input.system.clock.now().toISOString(),
  packs: [...draft.olderPacks, ...(bytes > 0 ? [[id, bytes] as const] : [])],
  missing: draft.missing,
});

/** Names the artifacts whose body is lost, as far as the draft knows them: one that misses bodies stands alone. */
const missingDetail = ({ missing, lines }: Draft): string => {
  if (missing.length === 0) return '';
  const lost = new Set(missing);
  const addresses = lines.lines_added.flatMap(([kind, name, digest]) =>
    lost.has(digest) ? [addressOf(kind, name)] : [],
  );
  const shown = addresses.slice(0, 3).join(', ');
  const more = addresses.length > 3 ? ` and ${addresses.length - 3} more` : '';
  return `; without ${shown}${more}: changed by hand in the place, and in no older backup`;
};

const detailOf = (id: string, draft: Draft, rows: readonly BodyRow[], bytes: number): string => {
  const basis = draft.parent ? `continues ${shortId(draft.parent.record.id)}` : 'stands alone';
  return `backup ${shortId(id)}: ${counted(rows.length, 'body', 'bodies')}, ${counted(bytes, 'byte')}, ${basis}${missingDetail(draft)}`;
};

/**
 * Backs up what was recorded to be active: what changed since the last backup where that one can be counted on, else
 * everything. It is recorded only when all of it was read back and came out right. Throws `Refusal` with
 * `backup-proof-failed` or `backup-content-unknown`, and then nothing is recorded.
 */
export const takeBackup = async (input: BackupInput): Promise<BackupTaken> => {
  const { state, store, backups, lease } = input;
  const placeId = lease.place.id;
  const recorded = await recordedContent(store, input.reading);
  if (!recorded) return { backup: null, detail: 'nothing is active yet' };
  const found = await findLast(backups, state, placeId);
  const suffices = found !== undefined && (await isEnough(store, recorded, found));
  const last = found && (await countOn(input, found, suffices));
  if (last && suffices) {
    const lost = last.index.missing.length;
    const without = lost === 0 ? '' : `, without ${lost} bodies that are lost in the place too`;
    return { backup: last.record, detail: `backup ${shortId(last.record.id)} holds exactly this already${without}` };
  }
  await sweepDrafts(state, lease, backups, placeId);
  const draft = await draftBackup({ state, store, backups }, recorded, last);
  const id = input.system.ids.uuid();
  const { rows, bytes } = await writePack(input, { placeId, id }, draft.bodies);
  await proveBackup(store, backups, placeId, rows);
  const head = headOf(input, id, recorded, draft, bytes);
  const indexDigest = await writeIndex(backups, head, { ...draft.lines, bodies: [...draft.located, ...rows] });
  const backup = await recordTaken(input, head, indexDigest, {
    bodies: rows.length,
    bytes,
    restsOn: draft.restsOn,
  });
  return { backup, detail: detailOf(id, draft, rows, bytes) };
};
