import { hasEnded, type System } from '../system/index.ts';
import type { StateHandle } from './handle.ts';

/** A waiter that was not heard of for this long, by the clock of the database, lets the others go first. */
export const waiterTtlSeconds = 5;
/** One that was not heard of for this long is forgotten; if it comes back it stands at the end of the line. */
const forgottenAfterSeconds = 60;

/** Somebody who waits for a place. */
export interface Waiter {
  readonly id: string;
  readonly holder: string;
  readonly operation: string;
  readonly host: string;
  readonly pid: number;
  readonly bootId: string;
  readonly since: Date;
}

export interface Ticket {
  readonly id: string;
  readonly placeId: string;
  readonly holder: string;
  readonly operation: string;
}

/** Says that this one is still waiting; takes a place at the end of the line where it has none, or lost it. */
export const stayInLine = async (state: StateHandle, { processes }: System, ticket: Ticket): Promise<void> => {
  const known = await state.execute('update :schema.lease_waiter set heartbeat = clock_timestamp() where id = $1', [
    ticket.id,
  ]);
  if (known > 0) return;
  const { self } = processes;
  await state.execute(
    'delete from :schema.lease_waiter where heartbeat < clock_timestamp() - make_interval(secs => $1)',
    [forgottenAfterSeconds],
  );
  await state.execute(
    `insert into :schema.lease_waiter (id, place_id, holder, operation, host, pid, boot_id)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [ticket.id, ticket.placeId, ticket.holder, ticket.operation, self.host, self.pid, self.bootId],
  );
};

export const leaveLine = async (state: StateHandle, id: string): Promise<void> => {
  await state.execute('delete from :schema.lease_waiter where id = $1', [id]);
};

/** The condition under which a waiter `w` goes before the one with the ticket `$2`, or before one without (null). */
export const goesFirst = `w.place_id = $1 and w.heartbeat > clock_timestamp() - make_interval(secs => ${waiterTtlSeconds})
  and w.n < coalesce((select own.n from :schema.lease_waiter own where own.id = $2::uuid), 2147483647)`;

/** Who goes first, in order. Processes of this host that ended are taken out of the line. */
export const waitersAhead = async (
  state: StateHandle,
  { processes }: System,
  placeId: string,
  ticketId: string | null,
): Promise<readonly Waiter[]> => {
  const rows = await state.query<Waiter>(
    `select w.id, w.holder, w.operation, w.host, w.pid, w.boot_id as "bootId", w.since
     from :schema.lease_waiter w where ${goesFirst} order by w.n`,
    [placeId, ticketId],
  );
  const [ended, waiting] = [
    rows.filter((row) => hasEnded(row, processes)),
    rows.filter((row) => !hasEnded(row, processes)),
  ];
  for (const { id } of ended) await leaveLine(state, id);
  return waiting;
};
