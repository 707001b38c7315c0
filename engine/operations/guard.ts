import { type Authority, authorityOf, faultOfActor, type Ground } from '../clearance/index.ts';
import {
  type Action,
  bothRoles,
  type Config,
  type EnvironmentType,
  isRole,
  type Role,
  rolesIn,
  type TargetConfig,
} from '../config/index.ts';
import { type Diagnostic, problem, Refusal } from '../diagnostics/index.ts';
import { appendAudit, type DeclaredRecord, readDeclared, type State } from '../state/index.ts';
import type { System } from '../system/index.ts';
import { isJsonObject, type JsonValue } from '../values/index.ts';
import type { Actor } from './identity.ts';

/** Who may do what, as it is recorded and written now. */
export interface Standing {
  readonly authority: Authority;
  /** What a target is to whoever wants to do something there. */
  readonly groundOf: (target: string) => Ground;
  /** Where a target is or was: by the file and by what is recorded. */
  readonly environmentsOf: (target: string) => readonly string[];
}

/** The one door that everything which is done has to pass. */
export interface Guard {
  /** Reads what is recorded anew each time: rights may have been taken since. */
  readonly standing: () => Promise<Standing>;
  /** Why the actor may not do something at these targets, as the rest of a sentence; undefined where they may. Leaves no trace. */
  readonly faultOf: (action: Action, targets?: readonly string[]) => Promise<string | undefined>;
  /**
   * Refuses what the actor may not do at these targets, with an entry in the audit trail; anywhere, where none are named.
   * Throws `role-denied`.
   */
  readonly authorize: (action: Action, targets?: readonly string[]) => Promise<void>;
}

const strictest = (types: readonly unknown[]): EnvironmentType =>
  (['production', 'staging'] as const).find((type) => types.includes(type)) ?? 'development';

const bodyOf = (recorded: readonly DeclaredRecord[], address: string) =>
  recorded.find((one) => one.address === address)?.body;

const allowedIn = (body: Readonly<Record<string, JsonValue>> | undefined): readonly Role[] | undefined =>
  body && isJsonObject(body.access) ? rolesIn(body.access.allowed_roles) : undefined;

const environmentsOf = (config: Config, recorded: readonly DeclaredRecord[], name: string): readonly string[] => {
  const both = [config.targets.get(name)?.environment, bodyOf(recorded, `target.${name}`)?.environment];
  return [...new Set(both.filter((one) => typeof one === 'string'))];
};

/** The strictest of what is recorded and written of the environments that a target is or was in. */
const groundOf = (config: Config, recorded: readonly DeclaredRecord[], name: string): Ground => {
  const target: TargetConfig | undefined = config.targets.get(name);
  const before = bodyOf(recorded, `target.${name}`);
  const environments = environmentsOf(config, recorded, name);
  const written = environments.map((one) => config.environments.get(one));
  const known = environments.map((one) => bodyOf(recorded, `environment.${one}`));
  const allowed = [
    target?.allowedRoles,
    allowedIn(before),
    ...written.map((one) => one?.allowedRoles),
    ...known.map(allowedIn),
  ].reduce(bothRoles, undefined);
  const types = [...written, ...known].map((one) => one?.type);
  // What is known nowhere is taken for the strictest.
  const type = types.some((one) => one !== undefined) ? strictest(types) : 'production';
  return { name: `the target "${name}"`, type, ...(allowed && { allowedRoles: allowed }) };
};

/** The roles that are recorded, by name. Pure. */
export const recordedTeam = (recorded: readonly DeclaredRecord[]): ReadonlyMap<string, Role> =>
  new Map(
    recorded.flatMap(({ address, body: { role } }) =>
      address.startsWith('team.') && isRole(role) ? [[address.slice('team.'.length), role] as const] : [],
    ),
  );

/** What somebody may do with a configuration and what is recorded of one. Pure. */
export const standingIn = (config: Config, recorded: readonly DeclaredRecord[]): Standing => ({
  authority: authorityOf(
    recordedTeam(recorded),
    new Map([...config.team.values()].map(({ name, role }) => [name, role])),
  ),
  groundOf: (target) => groundOf(config, recorded, target),
  environmentsOf: (target) => environmentsOf(config, recorded, target),
});

/** Why a token does not count somewhere; undefined where it does. */
const faultOfToken = (
  { environmentsOf }: Pick<Standing, 'environmentsOf'>,
  { environments }: Actor,
  targets: readonly string[],
): string | undefined => {
  if (environments === undefined) return undefined;
  const outside = targets.find((name) => {
    const its = environmentsOf(name);
    return its.length === 0 || !its.every((one) => environments.includes(one));
  });
  return outside && `uses a token for ${environments.join(', ')}, and "${outside}" is somewhere else`;
};

/** Tokens for some environments are for what happens there, and for looking. */
const faultOfScope = ({ environments }: Actor, action: Action, targets: readonly string[]): string | undefined =>
  environments !== undefined && targets.length === 0 && action === 'manage'
    ? `uses a token for ${environments.join(', ')}, and this is about everything`
    : undefined;

export interface GuardOptions {
  readonly state: State;
  readonly config: Config;
  readonly system: System;
  readonly actor: Actor;
  /** What is done, for the audit trail. */
  readonly command: string;
}

/** What somebody is told who may not do something. */
export const roleDenied = (actor: string, fault: string, address?: string): Diagnostic =>
  problem('role-denied', {
    detail: `${actor} ${fault}.`,
    ...(address !== undefined && { address }),
    hint: 'What each role may do is told in docs/roles.md; who has which role stands under `team`.',
  });

/** Watches over one command. */
export const createGuard = ({ state, config, system, actor, command }: GuardOptions): Guard => {
  const standing = async (): Promise<Standing> => standingIn(config, await readDeclared(state));
  const faultOf: Guard['faultOf'] = async (action, targets = []) => {
    const now = await standing();
    const { authority, groundOf: ground } = now;
    return (
      faultOfToken(now, actor, targets) ??
      faultOfScope(actor, action, targets) ??
      faultOfActor(authority, actor.name, action, targets.map(ground))
    );
  };
  const authorize = async (action: Action, targets: readonly string[] = []): Promise<void> => {
    const fault = await faultOf(action, targets);
    if (fault === undefined) return;
    const [only = null] = targets.length === 1 ? targets : [];
    const environment = only === null ? null : (config.targets.get(only)?.environment ?? null);
    const detail = { command, action, targets, reason: fault };
    await state.transaction((transaction) =>
      appendAudit(transaction, system, {
        actor: actor.name,
        event: 'access.denied',
        subject: command,
        environment,
        detail,
      }),
    );
    throw new Refusal([roleDenied(actor.name, fault, only ?? undefined)]);
  };
  return { standing, faultOf, authorize };
};
