import { type Outcome, refuse, success } from '../diagnostics/index.ts';
import { addToken, appendAudit, listTokens, revokeToken, type Token } from '../state/index.ts';
import { hashOfSecret, tokenText } from './identity.ts';
import { type OperationContext, type Session, withSession } from './session.ts';

interface Waiting {
  readonly lockTimeoutMs: number;
}

/** A token as lists show it: nothing that anybody could use. */
export interface TokenView {
  readonly id: string;
  readonly name: string;
  /** Who uses it is this one. */
  readonly for: string;
  /** Null for every environment. */
  readonly environments: readonly string[] | null;
  readonly state: 'valid' | 'expired' | 'revoked';
  readonly created: string;
  readonly by: string;
  readonly expires: string;
}

const viewOf = (token: Token): TokenView => ({
  id: token.id,
  name: token.name,
  for: token.actor,
  environments: token.environments,
  state: token.revokedAt ? 'revoked' : token.isExpired ? 'expired' : 'valid',
  created: token.createdAt.toISOString(),
  by: token.createdBy,
  expires: token.expiresAt.toISOString(),
});

/** `m3forge token list`: all that there ever were, newest first. */
export const listAllTokens = (context: OperationContext, request: Waiting): Promise<Outcome<readonly TokenView[]>> =>
  withSession(context, { command: 'm3forge token list', permit: 'manage', ...request }, async ({ state }) =>
    success((await listTokens(state)).map(viewOf)),
  );

export interface TokenRequest extends Waiting {
  /** What it is for, for people. */
  readonly name: string;
  readonly actor: string;
  /** Where it counts; everywhere where none is named. */
  readonly environments: readonly string[];
  readonly lastsSeconds: number;
}

const requireKnown = (session: Session, { actor, environments }: TokenRequest): void => {
  const { config } = session;
  if (config.team.size > 0 && !config.team.has(actor)) {
    throw refuse('usage-flag-value', {
      detail: `Nobody of the team is called "${actor}".`,
      hint: `There are: ${[...config.team.keys()].join(', ')}.`,
    });
  }
  const unknown = environments.find((name) => !config.environments.has(name));
  if (unknown !== undefined) {
    throw refuse('usage-flag-value', {
      detail: `There is no environment "${unknown}" in ${config.file}.`,
      hint: `There are: ${[...config.environments.keys()].join(', ')}.`,
    });
  }
};

/** A token with what only its holder is to know. */
export interface MadeToken extends TokenView {
  /** Shown once, and kept nowhere. */
  readonly token: string;
}

/** `m3forge token create`: hands out a token. From then on the name of whom it is for does not do any more. */
export const createToken = (context: OperationContext, request: TokenRequest): Promise<Outcome<MadeToken>> =>
  withSession(context, { command: 'm3forge token create', permit: 'manage', ...request }, async (session) => {
    requireKnown(session, request);
    const { system, actor: by } = session.context;
    const id = system.ids.uuid().replaceAll('-', '').slice(-12);
    const secret = system.ids.secret();
    const { name, actor, lastsSeconds } = request;
    const environments = request.environments.length > 0 ? [...new Set(request.environments)] : null;
    await session.state.transaction(async (transaction) => {
      const detail = { name, for: actor, environments, lasts_seconds: lastsSeconds };
      await appendAudit(transaction, system, { actor: by, event: 'token.created', subject: id, detail });
      await addToken(transaction, {
        ...{ id, name, actor, environments, lastsSeconds },
        hash: hashOfSecret(secret),
        createdBy: by,
      });
    });
    const made = (await listTokens(session.state)).find((token) => token.id === id);
    if (!made) throw new Error(`token ${id} is gone`);
    return success({ ...viewOf(made), token: tokenText(id, secret) });
  });

/** `m3forge token revoke`: nobody can use a token any more. */
export const revoke = (
  context: OperationContext,
  request: Waiting & { readonly id: string },
): Promise<Outcome<TokenView>> =>
  withSession(context, { command: 'm3forge token revoke', permit: 'manage', ...request }, async (session) => {
    const { system, actor } = session.context;
    const token = (await listTokens(session.state)).find(({ id }) => id === request.id);
    const gone = (): Error =>
      refuse('token-unknown', {
        detail: `No token that could be revoked has the id "${request.id}".`,
        hint: 'Which there are is told by:\n\n    m3forge token list',
      });
    if (!token || token.revokedAt) throw gone();
    await session.state.transaction(async (transaction) => {
      const detail = { name: token.name, for: token.actor };
      await appendAudit(transaction, system, { actor, event: 'token.revoked', subject: token.id, detail });
      if (!(await revokeToken(transaction, { id: token.id, by: actor }))) throw gone();
    });
    return success(viewOf({ ...token, revokedAt: system.clock.now() }));
  });
