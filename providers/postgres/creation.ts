import { migrateSchema } from '../../engine/database/index.ts';
import { refuse } from '../../engine/diagnostics/index.ts';
import type { PlaceStatus } from '../../engine/provider/index.ts';
import { ledger, migrations } from './migrations.ts';
import type { PlaceSql } from './place-sql.ts';
import { readStatus } from './reading.ts';

/** What PostgreSQL says when a relation of that name is there already. */
const duplicateRelation = new Set(['42P07', '42710', '42723']);

/** Brings the schema forward. Refuses to touch relations of the same names that m3forge did not make. */
export const migratePlace = async (place: PlaceSql): Promise<void> => {
  try {
    await migrateSchema(place.database, { schema: place.schema, ledger, migrations });
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (typeof code !== 'string' || !duplicateRelation.has(code)) throw error;
    throw refuse(
      'place-schema-taken',
      {
        detail: `The schema "${place.schema}" of ${place.database.label} holds relations with the names that m3forge needs.`,
        hint: 'Nothing was changed. Give the environment a schema of its own: environments.<name>.database.schema.',
      },
      error,
    );
  }
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
