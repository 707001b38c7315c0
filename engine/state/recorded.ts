import type { Digest } from '../values/index.ts';
import { type Avoid, listAvoids } from './avoids.ts';
import { type BackupRecord, listBackups } from './backups.ts';
import { type DeclaredRecord, readDeclared } from './declared.ts';
import { type StateHandle, toHex } from './handle.ts';
import type { PlaceRow } from './places.ts';
import { everyRelease, listReleases, type ReleaseRecord } from './releases.ts';

/** A place as it is recorded. */
export interface RecordedPlace extends PlaceRow {
  readonly since: Date;
}

/** A version as it is listed: what its name has meant since its first release. */
export interface VersionRecord {
  readonly name: string;
  readonly commit: string;
  readonly manifestDigest: Digest;
  readonly recordedAt: Date;
}

/** Everything that can be named by an address. */
export interface Records {
  readonly places: readonly RecordedPlace[];
  readonly versions: readonly VersionRecord[];
  /** Newest first, as are the backups. */
  readonly releases: readonly ReleaseRecord[];
  readonly backups: readonly BackupRecord[];
  readonly avoids: readonly Avoid[];
  /** The configuration as it was last put into effect, by address. */
  readonly declared: readonly DeclaredRecord[];
}

const listPlaces = (state: StateHandle): Promise<readonly RecordedPlace[]> =>
  state.query('select id, address, environment, created_at as since from :schema.place order by environment, address');

const listVersions = async (state: StateHandle): Promise<readonly VersionRecord[]> => {
  const rows = await state.query<Omit<VersionRecord, 'manifestDigest'> & { readonly manifest_digest: Buffer }>(
    'select name, commit, manifest_digest, recorded_at as "recordedAt" from :schema.version order by recorded_at, name',
  );
  return rows.map(({ manifest_digest, ...row }) => ({ ...row, manifestDigest: toHex(manifest_digest) }));
};

export const readRecords = async (state: StateHandle): Promise<Records> => ({
  places: await listPlaces(state),
  versions: await listVersions(state),
  releases: await listReleases(state, { limit: everyRelease }),
  backups: await listBackups(state),
  avoids: await listAvoids(state),
  declared: await readDeclared(state),
});

/** Reads as everything was at one moment, whatever is recorded meanwhile. */
export const readAtOneMoment = <T>(state: StateHandle, work: (state: StateHandle) => Promise<T>): Promise<T> =>
  state.transaction(async (transaction) => {
    await transaction.execute('set transaction isolation level repeatable read, read only');
    return work({ ...state, query: transaction.query, execute: transaction.execute });
  });
