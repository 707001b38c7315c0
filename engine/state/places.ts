import type { Queryable } from '../database/index.ts';
import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import type { StateHandle } from './handle.ts';

export interface PlaceRow {
  readonly id: string;
  readonly address: string;
  readonly environment: string;
}

export const findPlace = async (
  state: StateHandle,
  key: { readonly id: string } | { readonly address: string },
): Promise<PlaceRow | undefined> => {
  const [column, value] = 'id' in key ? ['id', key.id] : ['address', key.address];
  const [row] = await state.query<PlaceRow>(`select id, address, environment from :schema.place where ${column} = $1`, [
    value,
  ]);
  return row;
};

/** A place that was renamed, moved or copied carries an id that this state knows under another address. */
const refuseMoved = async (
  state: StateHandle,
  request: { readonly address: string; readonly placeId?: string | undefined },
): Promise<void> => {
  const known = request.placeId && (await findPlace(state, { id: request.placeId }));
  if (!known) return;
  throw refuse('place-moved', {
    detail: `The place ${request.address} is known as ${known.address}: it was renamed, moved or copied.`,
    hint: 'If the other one is gone, tell the state where the place is now:\n\n    m3forge state import --target <target>',
  });
};

/** The place's row, made where this address was never seen before. An address belongs to one environment. */
export const registerPlace = async (
  state: StateHandle,
  system: System,
  request: {
    readonly address: string;
    readonly environment: string;
    /** The id that the place carries already; a place that does not exist yet is given one. */
    readonly placeId?: string | undefined;
  },
): Promise<PlaceRow> => {
  const find = () => findPlace(state, { address: request.address });
  let place = await find();
  if (!place) {
    await refuseMoved(state, request);
    await state.execute(
      'insert into :schema.place (id, address, environment) values ($1, $2, $3) on conflict (address) do nothing',
      [request.placeId ?? system.ids.uuid(), request.address, request.environment],
    );
    place = await find();
  }
  if (!place) throw new Error('a place that was just registered is not there');
  if (place.environment !== request.environment) {
    throw refuse('place-of-another-environment', {
      detail: `The place ${place.address} belongs to the environment "${place.environment}", and "${request.environment}" resolves to it too.`,
      hint: 'Give each environment its own database or schema.',
    });
  }
  return place;
};

/** Says where a place is now, and whose it is. */
export const rebindPlace = async (transaction: Queryable, place: PlaceRow): Promise<void> => {
  await transaction.execute('update :schema.place set address = $2, environment = $3 where id = $1', [
    place.id,
    place.address,
    place.environment,
  ]);
};
