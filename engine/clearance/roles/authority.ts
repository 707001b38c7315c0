import {
  type Action,
  bothRoles,
  type EnvironmentType,
  grantedTo,
  type Role,
  rolesFor,
  wordsOf,
} from '../../config/index.ts';

/** Who has which roles. */
export interface Authority {
  /**
   * By name: every one of these roles has to do, because the stricter of what is recorded and what is written holds.
   * Undefined where nobody has a role, so that everybody may do everything.
   */
  readonly members: ReadonlyMap<string, readonly Role[]> | undefined;
}

/**
 * Who may act, of those that are recorded and those that the file names. Whoever the file adds may act once that was
 * recorded; whoever it leaves out may not from now on. A file without a team changes nothing about one that is recorded. Pure.
 */
export const authorityOf = (recorded: ReadonlyMap<string, Role>, written: ReadonlyMap<string, Role>): Authority => {
  if (recorded.size === 0 && written.size === 0) return { members: undefined };
  const names = recorded.size === 0 ? written.keys() : recorded.keys();
  const members = new Map<string, readonly Role[]>();
  for (const name of names) {
    const [now, soon] = [recorded.get(name), written.get(name)];
    if (written.size > 0 && soon === undefined) continue;
    members.set(name, [...new Set([now, soon].filter((role) => role !== undefined))]);
  }
  return { members };
};

/** Where something is done, as far as it matters to who may. */
export interface Ground {
  /** Such as `the target "production"`. */
  readonly name: string;
  readonly type: EnvironmentType;
  /** The only roles that are let in; whoever's role would do where it is not given. */
  readonly allowedRoles?: readonly Role[] | undefined;
}

/** What lists of roles at targets and environments narrow; approvals have a list of their own, and stopping harms nobody. */
const narrowed: ReadonlySet<Action> = new Set<Action>(['release', 'lift', 'override', 'emergency']);

const joined = (names: readonly string[]): string => {
  const [last = 'nobody', ...others] = [...names].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} or ${last}`;
};

/** The roles that may do something on a ground. Pure. */
export const rolesOn = (action: Action, { type, allowedRoles }: Ground): readonly Role[] =>
  bothRoles(rolesFor(action, type), narrowed.has(action) ? allowedRoles : undefined) ?? [];

/** Who may not do something is told why, as the rest of a sentence about them; undefined for whoever may. Pure. */
export const faultOfActor = (
  { members }: Authority,
  actor: string,
  action: Action,
  grounds: readonly Ground[],
): string | undefined => {
  if (members === undefined) return undefined;
  const roles = members.get(actor);
  if (!roles || roles.length === 0) return 'has no role in the team';
  const shown = `is ${roles.join(', by the file ')}, and may not ${wordsOf[action]}`;
  if (grounds.length === 0) {
    return roles.every((role) => grantedTo(role, action).length > 0) ? undefined : shown;
  }
  const closed = grounds.find((ground) => !roles.every((role) => rolesOn(action, ground).includes(role)));
  return closed && `${shown} at ${closed.name} (${closed.type}): that takes ${joined(rolesOn(action, closed))}`;
};

/** Everybody who may do something on a ground, sorted; null where nobody has a role, so that anybody may. Pure. */
export const whoMay = ({ members }: Authority, action: Action, ground: Ground): readonly string[] | null =>
  members === undefined
    ? null
    : [...members.keys()].filter((name) => !faultOfActor({ members }, name, action, [ground])).sort();
