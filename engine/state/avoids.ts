import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';

/** A version that a place must not go to by itself, because it failed there or was rolled away from. */
export interface Avoid {
  readonly placeId: string;
  readonly version: string;
  readonly reason: string;
  readonly releaseId: string;
  readonly at: Date;
}

/** An avoid of before, with how it ended; null while it has not. */
export type FormerAvoid = Avoid & {
  readonly lifted: { readonly at: Date; readonly by: string; readonly reason: string } | null;
};

const columns = 'place_id as "placeId", version, reason, release_id as "releaseId", at';

/** The avoids in force, newest first; of one place or of all. */
export const listAvoids = (state: StateHandle, placeId?: string): Promise<readonly Avoid[]> =>
  state.query<Avoid>(
    `select ${columns} from :schema.avoid where lifted_at is null and ($1::uuid is null or place_id = $1) order by at desc`,
    [placeId ?? null],
  );

/** Every avoid that a place has or had, newest first. */
export const everyAvoid = async (state: StateHandle, placeId: string): Promise<readonly FormerAvoid[]> => {
  const rows = await state.query<Avoid & { liftedAt: Date | null; by: string | null; why: string | null }>(
    `select ${columns}, lifted_at as "liftedAt", lifted_by as by, lift_reason as why
     from :schema.avoid where place_id = $1 order by at desc`,
    [placeId],
  );
  return rows.map(({ liftedAt, by, why, ...avoid }) => ({
    ...avoid,
    lifted: liftedAt && { at: liftedAt, by: by ?? '', reason: why ?? '' },
  }));
};

export const addAvoid = async (transaction: Queryable, avoid: Omit<Avoid, 'at'>): Promise<void> => {
  await transaction.execute(
    `insert into :schema.avoid (place_id, version, reason, release_id) values ($1, $2, $3, $4) on conflict do nothing`,
    [avoid.placeId, avoid.version, avoid.reason, avoid.releaseId],
  );
};

/** Lifts every avoid of a version in a place and returns how many there were. */
export const liftAvoids = (
  transaction: Queryable,
  lift: { readonly placeId: string; readonly version: string; readonly by: string; readonly reason: string },
): Promise<number> =>
  transaction.execute(
    `update :schema.avoid set lifted_at = now(), lifted_by = $3, lift_reason = $4
     where place_id = $1 and version = $2 and lifted_at is null`,
    [lift.placeId, lift.version, lift.by, lift.reason],
  );
