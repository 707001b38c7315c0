import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';

/** A reason that stops releases. */
export interface Hold {
  readonly id: string;
  /** Null where it stops every target. */
  readonly target: string | null;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  /** When it ends by itself; null where somebody has to lift it. */
  readonly until: Date | null;
}

const columns = 'id, target, reason, by, at, until';
const inForce = 'lifted_at is null and (until is null or until > clock_timestamp())';

/** The holds in force by the database's clock, newest first; those that stop one target, or all there are. */
export const listHolds = (state: StateHandle, target?: string): Promise<readonly Hold[]> =>
  state.query<Hold>(
    `select ${columns} from :schema.hold
     where ${inForce} and ($1::text is null or target is null or target = $1) order by at desc, id`,
    [target ?? null],
  );

/** The holds in force whose id begins so. */
export const findHolds = (transaction: Pick<Queryable, 'query'>, id: string): Promise<readonly Hold[]> =>
  transaction.query<Hold>(`select ${columns} from :schema.hold where ${inForce} and starts_with(id::text, $1)`, [id]);

/** Adds a hold; false where its time has come already, by the database's clock. */
export const addHold = async (transaction: Queryable, hold: Omit<Hold, 'at'>): Promise<boolean> => {
  const added = await transaction.execute(
    `insert into :schema.hold (id, target, reason, by, until)
     select $1::uuid, $2::text, $3::text, $4::text, $5::timestamptz
     where $5::timestamptz is null or $5::timestamptz > clock_timestamp()`,
    [hold.id, hold.target, hold.reason, hold.by, hold.until],
  );
  return added > 0;
};

/** Ends a hold; false where somebody was faster. */
export const liftHold = async (
  transaction: Queryable,
  lift: { readonly id: string; readonly by: string; readonly reason: string },
): Promise<boolean> => {
  const lifted = await transaction.execute(
    `update :schema.hold set lifted_at = clock_timestamp(), lifted_by = $2, lift_reason = $3
     where id = $1 and ${inForce}`,
    [lift.id, lift.by, lift.reason],
  );
  return lifted > 0;
};
