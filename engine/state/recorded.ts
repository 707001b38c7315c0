import { type Avoid, listAvoids } from './avoids.ts';
import { type BackupRecord, listBackups } from './backups.ts';
import { type ChangeSetRecord, listChangeSets } from './change-sets.ts';
import { type DeclaredRecord, readDeclared } from './declared.ts';
import type { StateHandle } from './handle.ts';
import type { PlaceRow } from './places.ts';
import { everyRelease, listReleases, type ReleaseRecord } from './releases.ts';
import { listVersions, type VersionRecord } from './versions.ts';

/** A place as it is recorded. */
export interface RecordedPlace extends PlaceRow {
  readonly since: Date;
}

/** Everything that can be named by an address. */
export interface Records {
  readonly places: readonly RecordedPlace[];
  readonly versions: readonly VersionRecord[];
  /** Newest first, as are the backups. */
  readonly releases: readonly ReleaseRecord[];
  readonly backups: readonly BackupRecord[];
  readonly avoids: readonly Avoid[];
  /** Newest first. */
  readonly changeSets: readonly ChangeSetRecord[];
  /** The configuration as it was last put into effect, by address. */
  readonly declared: readonly DeclaredRecord[];
}

const listPlaces = (state: StateHandle): Promise<readonly RecordedPlace[]> =>
  state.query('select id, address, environment, created_at as since from :schema.place order by environment, address');

export const readRecords = async (state: StateHandle): Promise<Records> => ({
  places: await listPlaces(state),
  versions: await listVersions(state),
  releases: await listReleases(state, { limit: everyRelease }),
  backups: await listBackups(state),
  avoids: await listAvoids(state),
  changeSets: await listChangeSets(state),
  declared: await readDeclared(state),
});

/** Reads as everything was at one moment, whatever is recorded meanwhile. */
export const readAtOneMoment = <T>(state: StateHandle, work: (state: StateHandle) => Promise<T>): Promise<T> =>
  state.transaction(async (transaction) => {
    await transaction.execute('set transaction isolation level repeatable read, read only');
    return work({ ...state, query: transaction.query, execute: transaction.execute });
  });
