import type { Queryable } from '../database/index.ts';
import { type Digest, digestOf, type JsonObject } from '../values/index.ts';
import { type StateHandle, toBytes, toHex } from './handle.ts';
import type { Happening } from './happenings.ts';

/** Where something is told, in the words of the configuration: expressions unresolved, and so without any secret. */
export interface Sink {
  readonly provider: string;
  readonly options: JsonObject;
}

/** Something that is told in one place. */
export interface OutboxMessage {
  /** The same however often it is sent. */
  readonly id: string;
  /** Null where it is about no one target. */
  readonly target: string | null;
  readonly sink: Sink;
  readonly sinkDigest: Digest;
  readonly happening: Happening;
  readonly at: Date;
  readonly attempts: number;
  readonly attemptedAt: Date | null;
  readonly nextAt: Date;
  /** Why the last attempt came to nothing; null before one, or where it did not. */
  readonly problem: string | null;
  readonly deliveredAt: Date | null;
  readonly givenUpAt: Date | null;
}

const columns = `id, target, sink, sink_digest, happening, at, attempts, attempted_at as "attemptedAt",
  next_at as "nextAt", problem, delivered_at as "deliveredAt", given_up_at as "givenUpAt"`;

type Row = Omit<OutboxMessage, 'sinkDigest'> & { readonly sink_digest: Buffer };

const toMessage = ({ sink_digest: digest, ...row }: Row): OutboxMessage => ({ ...row, sinkDigest: toHex(digest) });

const waiting = 'delivered_at is null and given_up_at is null';

/** What two configurations of one place have in common, whoever is told there and of what. */
export const digestOfSink = ({ provider, options }: Sink): Digest => digestOf({ provider, options });

/** Writes what is to be sent, once for each place, inside the transaction of what is told. */
export const enqueue = async (
  transaction: Queryable,
  messages: readonly Pick<OutboxMessage, 'id' | 'target' | 'sink' | 'happening'>[],
): Promise<void> => {
  for (const { id, target, sink, happening } of messages) {
    await transaction.execute(
      'insert into :schema.outbox (id, target, sink, sink_digest, happening) values ($1, $2, $3, $4, $5)',
      [id, target, JSON.stringify(sink), toBytes(digestOfSink(sink)), JSON.stringify(happening)],
    );
  }
};

/** A place that something waits for. */
export interface WaitingSink {
  readonly sink: Sink;
  readonly digest: Digest;
}

/** The places for which something is due by the database's clock; with `all`, those for which anything waits. */
export const waitingSinks = async (
  state: StateHandle,
  wanted: { readonly all: boolean; readonly targets?: readonly string[] },
): Promise<readonly WaitingSink[]> => {
  const rows = await state.query<{ sink: Sink; digest: Buffer }>(
    `select distinct on (sink_digest) sink, sink_digest as digest from :schema.outbox
     where ${waiting} and ($1 or next_at <= clock_timestamp()) and ($2::text[] is null or target = any($2))
     order by sink_digest, n`,
    [wanted.all, wanted.targets ?? null],
  );
  return rows.map(({ sink, digest }) => ({ sink, digest: toHex(digest) }));
};

/**
 * What waits for a place after one of its messages, in the order in which it happened; the first where none is named. One
 * that was refused for itself is left out until it is due, unless all are wanted.
 */
export const nextMessage = async (
  state: StateHandle,
  digest: Digest,
  wanted: { readonly all: boolean; readonly after?: string | undefined },
): Promise<OutboxMessage | undefined> => {
  const [row] = await state.query<Row>(
    `select ${columns} from :schema.outbox
     where sink_digest = $1 and ${waiting} and ($2 or not refused or next_at <= clock_timestamp())
       and n > coalesce((select n from :schema.outbox where id = $3::uuid), 0) order by n limit 1`,
    [toBytes(digest), wanted.all, wanted.after ?? null],
  );
  return row && toMessage(row);
};

/**
 * Runs `work` unless somebody else sends to this place right now. Two at once would send one message twice, and a later
 * one before an earlier. The lock goes with the session, so that whoever dies keeps nobody waiting.
 */
export const whileSendingTo = async <T>(
  state: StateHandle,
  digest: Digest,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  const key = 'pg_catalog.hashtextextended($1, 772)';
  const name = `m3forge notification ${digest}`;
  const [lock] = await state.query<{ mine: boolean }>(`select pg_catalog.pg_try_advisory_lock(${key}) as mine`, [name]);
  if (!lock?.mine) return undefined;
  try {
    return await work();
  } finally {
    await state.query(`select pg_catalog.pg_advisory_unlock(${key})`, [name]);
  }
};

export const recordDelivered = async (state: StateHandle, id: string): Promise<void> => {
  await state.execute(
    `update :schema.outbox set delivered_at = clock_timestamp(), attempted_at = clock_timestamp(),
       attempts = attempts + 1, problem = null
     where id = $1 and ${waiting}`,
    [id],
  );
};

/** An attempt that came to nothing, and what follows from it. */
export interface FailedAttempt {
  readonly problem: string;
  /** It is about this message alone. */
  readonly refused: boolean;
  /** Until the next one. */
  readonly waitSeconds: number;
  /** What happened longer ago than this is not tried again. */
  readonly longestSeconds: number;
}

/** Records that a message could not be sent; true where it was given up. */
export const recordAttempt = async (state: StateHandle, id: string, failed: FailedAttempt): Promise<boolean> => {
  const [row] = await state.query<{ given_up: boolean }>(
    `update :schema.outbox set attempts = attempts + 1, attempted_at = clock_timestamp(), problem = $2, refused = $3,
       next_at = clock_timestamp() + make_interval(secs => $4::double precision * (1 + random() / 10)),
       given_up_at = case when at < clock_timestamp() - make_interval(secs => $5::double precision)
         then clock_timestamp() end
     where id = $1 and ${waiting} returning given_up_at is not null as given_up`,
    [id, failed.problem, failed.refused, failed.waitSeconds, failed.longestSeconds],
  );
  return row?.given_up ?? false;
};

/**
 * Says of what waits for a place why it is not even tried from here; that is no attempt. What happened longer ago than this is
 * given up: nobody has tried it from anywhere else, either.
 */
export const recordHindrance = async (
  state: StateHandle,
  digest: Digest,
  { problem, longestSeconds }: Pick<FailedAttempt, 'problem' | 'longestSeconds'>,
): Promise<void> => {
  await state.execute(
    `update :schema.outbox set problem = $2, given_up_at = case
       when at < clock_timestamp() - make_interval(secs => $3::double precision) then clock_timestamp() end
     where sink_digest = $1 and ${waiting}`,
    [toBytes(digest), problem, longestSeconds],
  );
};

/** What waits or was given up, newest first; with `delivered`, what was sent as well. */
export const listOutbox = async (
  state: StateHandle,
  wanted: { readonly targets?: readonly string[]; readonly delivered?: boolean } = {},
): Promise<readonly OutboxMessage[]> => {
  const rows = await state.query<Row>(
    `select ${columns} from :schema.outbox
     where ($1 or delivered_at is null) and ($2::text[] is null or target = any($2)) order by n desc`,
    [wanted.delivered ?? false, wanted.targets ?? null],
  );
  return rows.map(toMessage);
};

/** Puts what was given up back among what waits, for one more attempt each. Returns how many messages that were. */
export const tryAgain = (state: StateHandle, targets?: readonly string[]): Promise<number> =>
  state.execute(
    `update :schema.outbox set given_up_at = null, next_at = clock_timestamp()
     where given_up_at is not null and ($1::text[] is null or target = any($1))`,
    [targets ?? null],
  );

/** Forgets what was sent, or given up, longer ago than this. */
export const forgetSent = async (state: StateHandle, days: number): Promise<void> => {
  await state.execute(
    `delete from :schema.outbox
     where coalesce(delivered_at, given_up_at) < clock_timestamp() - make_interval(days => $1::integer)`,
    [days],
  );
};
