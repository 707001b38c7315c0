import { createHash, timingSafeEqual } from 'node:crypto';
import { type Refusal, refuse } from '../diagnostics/index.ts';
import { findToken, hasTokens, type KnownToken, type State } from '../state/index.ts';
import type { Secret } from '../values/index.ts';

/** Who somebody says that they are, and what they can prove it with. */
export interface Identity {
  /** By `--as`, the environment, the CI system or the login. */
  readonly name: string;
  /** Whether the name was given by `--as` or `M3FORGE_ACTOR`, and not taken from around. */
  readonly isNamed: boolean;
  readonly token: Secret | undefined;
}

/** Who acts, once that is settled. */
export interface Actor {
  readonly name: string;
  /** Where the token counts, by environments; undefined where no token limits them. */
  readonly environments: readonly string[] | undefined;
}

/** `m3f_<id>_<secret>` */
const shape = /^m3f_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

export const tokenText = (id: string, secret: string): string => `m3f_${id}_${secret}`;

/** What is kept of a token. Its secret part holds 256 random bits, so one round of SHA-256 cannot be turned around. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

const notAccepted = (detail: string): Refusal =>
  refuse('token-refused', {
    detail,
    hint: 'An admin makes a new one:\n\n    m3forge token create <name> --for <who>',
  });

const faultOfToken = (token: KnownToken): string | undefined => {
  if (token.revokedAt) return `was revoked at ${token.revokedAt.toISOString()}`;
  return token.isExpired ? `expired at ${token.expiresAt.toISOString()}` : undefined;
};

const byToken = async (state: State, { name, isNamed, token }: Identity): Promise<Actor | undefined> => {
  if (!token) return undefined;
  const [, id, secret] = shape.exec(token.reveal().trim()) ?? [];
  if (id === undefined || secret === undefined) throw notAccepted('M3FORGE_TOKEN holds no token of m3forge.');
  const known = await findToken(state, id);
  // The same words for both: whoever guesses learns nothing about which tokens there are.
  if (!known || !timingSafeEqual(known.hash, hashOfSecret(secret))) {
    throw notAccepted('Nobody was given the token that M3FORGE_TOKEN holds.');
  }
  const fault = faultOfToken(known);
  if (fault !== undefined) throw notAccepted(`The token "${known.name}" of ${known.actor} ${fault}.`);
  if (isNamed && name !== known.actor) {
    throw refuse('identity-unproven', {
      detail: `The token in M3FORGE_TOKEN is of ${known.actor}, and this was to be done by ${name}.`,
      hint: 'Leave --as and M3FORGE_ACTOR out where there is a token.',
    });
  }
  return { name: known.actor, environments: known.environments ?? undefined };
};

/** What somebody says to be called, whether they can prove it or not. */
export const nameOf = (actor: string | Identity): string => (typeof actor === 'string' ? actor : actor.name);

/** Settles who acts: by a token where there is one; by name only whoever has none that counts or ever did without being revoked. */
export const actorOf = async (state: State, actor: string | Identity): Promise<Actor> => {
  const identity = typeof actor === 'string' ? { name: actor, isNamed: true, token: undefined } : actor;
  const proven = await byToken(state, identity);
  if (proven) return proven;
  if (await hasTokens(state, identity.name)) {
    throw refuse('identity-unproven', {
      detail: `${identity.name} has a token, so the name alone does not do.`,
      hint: 'Put the token into the environment variable M3FORGE_TOKEN.',
    });
  }
  return { name: identity.name, environments: undefined };
};
