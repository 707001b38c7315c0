import { type Action, actions, grantedTo, isRole, type Role } from '../config/index.ts';
import { type Outcome, success } from '../diagnostics/index.ts';
import { listTokens, readDeclared } from '../state/index.ts';
import { recordedTeam, standingIn } from './guard.ts';
import { type OperationContext, withSession } from './session.ts';

/** Somebody who is recorded or in the file. */
export interface MemberView {
  readonly name: string;
  /** What really holds: the stricter of both; null for none. */
  readonly role: Role | null;
  readonly recorded: Role | null;
  readonly written: Role | null;
  /** They need it: the name alone does not do. */
  readonly has_token: boolean;
  /** What they may do by their role, and in which types of environments. */
  readonly may: Readonly<Partial<Record<Action, readonly string[]>>>;
}

const grantsOf = (held: readonly Role[]): MemberView['may'] =>
  Object.fromEntries(
    actions.flatMap((action) => {
      const [first = [], ...others] = held.map((role) => grantedTo(role, action));
      const where = first.filter((type) => others.every((other) => other.includes(type)));
      return where.length === 0 ? [] : [[action, where]];
    }),
  );

/** `m3forge team list`: who is who, sorted by name. */
export const listTeam = (
  context: OperationContext,
  request: { readonly lockTimeoutMs: number },
): Promise<Outcome<readonly MemberView[]>> =>
  withSession(context, { command: 'm3forge team list', permit: 'view', ...request }, async ({ state, config }) => {
    const records = await readDeclared(state);
    const { authority } = standingIn(config, records);
    const recorded = recordedTeam(records);
    const guarded = new Set((await listTokens(state)).filter((one) => !one.revokedAt).map(({ actor }) => actor));
    const names = [...new Set([...recorded.keys(), ...config.team.keys()])].sort();
    return success(
      names.map((name): MemberView => {
        const held = authority.members?.get(name) ?? [];
        return {
          name,
          // Two that differ are in no order with each other only between operator and developer: the file's is told then.
          role: strictestOf(held),
          recorded: recorded.get(name) ?? null,
          written: config.team.get(name)?.role ?? null,
          has_token: guarded.has(name),
          may: grantsOf(held),
        };
      }),
    );
  });

/** The one that allows less; the last of two of which neither does. */
const strictestOf = (held: readonly Role[]): Role | null => {
  const [first, second] = held.filter(isRole);
  if (first === undefined || second === undefined) return first ?? null;
  const isWithin = (one: Role, other: Role): boolean =>
    actions.every((action) => grantedTo(one, action).every((type) => grantedTo(other, action).includes(type)));
  return isWithin(first, second) ? first : second;
};
