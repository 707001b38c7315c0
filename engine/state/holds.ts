import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';

/** What a hold stops: one target, all targets of an environment, or every one where both are null. */
export interface HoldScope {
  readonly target: string | null;
  readonly environment: string | null;
}

/** A reason that stops releases. */
export interface Hold extends HoldScope {
  readonly id: string;
  readonly reason: string;
  readonly by: string;
  readonly at: Date;
  /** When it begins; null where it did when it was added. */
  readonly begins: Date | null;
  /** When it ends by itself; null where somebody has to lift it. */
  readonly until: Date | null;
  /** By the clock of the database. */
  readonly state: 'in_force' | 'to_come' | 'over' | 'lifted';
  readonly lifted: { readonly at: Date; readonly by: string; readonly reason: string } | null;
}

const over = 'until is not null and until <= clock_timestamp()';
const toCome = 'begins is not null and begins > clock_timestamp()';
const standing = `lifted_at is null and not (${over})`;

const columns = `id, target, environment, reason, by, at, begins, until,
  case when lifted_at is not null then 'lifted' when ${over} then 'over' when ${toCome} then 'to_come' else 'in_force' end as state,
  lifted_at, lifted_by, lift_reason`;

type Row = Omit<Hold, 'lifted'> & {
  readonly lifted_at: Date | null;
  readonly lifted_by: string | null;
  readonly lift_reason: string | null;
};

const fromRow = ({ lifted_at: at, lifted_by: by, lift_reason: reason, ...row }: Row): Hold => ({
  ...row,
  lifted: at && { at, by: by ?? '', reason: reason ?? '' },
});

const selectHolds = async (
  queryable: Pick<Queryable, 'query'>,
  where: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Hold[]> =>
  (await queryable.query<Row>(`select ${columns} from :schema.hold ${where}`, parameters)).map(fromRow);

/** Every hold there is or was, newest first. */
export const listHolds = (state: StateHandle): Promise<readonly Hold[]> => selectHolds(state, 'order by at desc, id');

/** Whether a hold stops the releases of a target while it is in force. */
export const holdStops = (hold: HoldScope, target: { readonly name: string; readonly environment: string }): boolean =>
  (hold.target ?? target.name) === target.name && (hold.environment ?? target.environment) === target.environment;

/** The holds that stop a target now, by the database's clock, newest first. */
export const holdsOf = (
  state: StateHandle,
  { name, environment }: { readonly name: string; readonly environment: string },
): Promise<readonly Hold[]> =>
  selectHolds(
    state,
    `where ${standing} and not (${toCome}) and (target is null or target = $1)
       and (environment is null or environment = $2) order by at desc, id`,
    [name, environment],
  );

/** The holds in force or to come whose id begins so. */
export const findHolds = (transaction: Pick<Queryable, 'query'>, id: string): Promise<readonly Hold[]> =>
  selectHolds(transaction, `where ${standing} and starts_with(id::text, $1)`, [id]);

/** Adds a hold; false where its time is over already, by the database's clock. */
export const addHold = async (
  transaction: Queryable,
  hold: Omit<Hold, 'at' | 'state' | 'lifted'>,
): Promise<boolean> => {
  const added = await transaction.execute(
    `insert into :schema.hold (id, target, environment, reason, by, begins, until)
     select $1::uuid, $2::text, $3::text, $4::text, $5::text, $6::timestamptz, $7::timestamptz
     where $7::timestamptz is null or $7::timestamptz > clock_timestamp()`,
    [hold.id, hold.target, hold.environment, hold.reason, hold.by, hold.begins, hold.until],
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
     where id = $1 and ${standing}`,
    [lift.id, lift.by, lift.reason],
  );
  return lifted > 0;
};
