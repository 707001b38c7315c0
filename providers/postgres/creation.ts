import { migrateSchema, type Transaction } from '../../engine/database/index.ts';
import type { PlaceStatus } from '../../engine/provider/index.ts';
import { ledger, migrations } from './migrations.ts';
import type { PlaceSql } from './place-sql.ts';
import { readStatus } from './reading.ts';
import { lockPlace } from './writing.ts';

/**
 * Brings the schema forward. Refuses to touch relations of the same names that m3forge did not make, and, with `fence`, a
 * place that a newer lease has taken over.
 */
export const migratePlace = async (place: PlaceSql, fence?: number): Promise<void> => {
  const guard = async (transaction: Transaction): Promise<void> => {
    if (fence !== undefined) await lockPlace(place.in(transaction), fence);
  };
  await migrateSchema(place.database, { schema: place.schema, ledger, migrations, guard });
};

/** The schema first, then the row that makes it a place: interrupted in between, the next call completes it. */
export const createPlace = async (
  place: PlaceSql,
  identity: { readonly placeId: string; readonly lineage: string },
): Promise<PlaceStatus> => {
  await migratePlace(place);
  await place
    .in(place.database)
    .execute('insert into :schema.place (place_id, state_lineage) values ($1, $2) on conflict (only_row) do nothing', [
      identity.placeId,
      identity.lineage,
    ]);
  const status = await readStatus(place);
  if (!status) throw new Error('a place that was just created is not there');
  return status;
};
