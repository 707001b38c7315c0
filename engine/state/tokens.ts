import type { Queryable } from '../database/index.ts';
import type { StateHandle } from './handle.ts';

/** What proves to be somebody, without what only its holder knows. */
export interface Token {
  /** A part of the token itself, and no secret. */
  readonly id: string;
  readonly name: string;
  /** Who uses it is this one. */
  readonly actor: string;
  /** Where it counts; null for every environment. */
  readonly environments: readonly string[] | null;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  /** By the clock of the database. */
  readonly isExpired: boolean;
}

/** A token with the SHA-256 of its secret part. */
export interface KnownToken extends Token {
  readonly hash: Buffer;
}

const columns = `id, name, actor, environments, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", revoked_at as "revokedAt", expires_at <= clock_timestamp() as "isExpired"`;

/** All that there ever were, newest first. */
export const listTokens = (state: StateHandle): Promise<readonly Token[]> =>
  state.query<Token>(`select ${columns} from :schema.token order by created_at desc, id`);

export const findToken = async (state: StateHandle, id: string): Promise<KnownToken | undefined> => {
  const [row] = await state.query<KnownToken>(`select ${columns}, hash from :schema.token where id = $1`, [id]);
  return row && { ...row, hash: Buffer.from(row.hash) };
};

/** Whether somebody was given tokens that nobody revoked, expired ones included. */
export const hasTokens = async (state: StateHandle, actor: string): Promise<boolean> =>
  (await state.query(`select 1 as one from :schema.token where actor = $1 and revoked_at is null limit 1`, [actor]))
    .length > 0;

export interface NewToken extends Pick<Token, 'id' | 'name' | 'actor' | 'environments' | 'createdBy'> {
  readonly hash: Buffer;
  /** Seconds from now, by the clock of the database. */
  readonly lastsSeconds: number;
}

export const addToken = async (transaction: Queryable, token: NewToken): Promise<void> => {
  const { id, name, actor, hash, environments, createdBy, lastsSeconds } = token;
  await transaction.execute(
    `insert into :schema.token (id, name, actor, hash, environments, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, clock_timestamp() + make_interval(secs => $7::double precision))`,
    [id, name, actor, hash, environments, createdBy, lastsSeconds],
  );
};

/** Ends a token; false where there is none of this id, or where it was ended before. */
export const revokeToken = async (
  transaction: Queryable,
  { id, by }: { readonly id: string; readonly by: string },
): Promise<boolean> =>
  (await transaction.execute(
    `update :schema.token set revoked_at = clock_timestamp(), revoked_by = $2 where id = $1 and revoked_at is null`,
    [id, by],
  )) > 0;
