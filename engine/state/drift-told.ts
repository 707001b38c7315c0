import type { Queryable } from '../database/index.ts';
import type { Digest } from '../values/index.ts';
import { toBytes } from './handle.ts';

/** Records what was found changed by hand at a target; false where exactly that was told before. */
export const tellDriftOnce = async (transaction: Queryable, target: string, found: Digest): Promise<boolean> => {
  const changed = await transaction.execute(
    `insert into :schema.drift_told (target, digest) values ($1, $2)
     on conflict (target) do update set digest = excluded.digest, at = clock_timestamp()
       where drift_told.digest <> excluded.digest`,
    [target, toBytes(found)],
  );
  return changed > 0;
};

/** Nothing is changed by hand any more: what is found next is told, even where it is the same. */
export const forgetDriftTold = async (transaction: Queryable, target: string): Promise<void> => {
  await transaction.execute('delete from :schema.drift_told where target = $1', [target]);
};
