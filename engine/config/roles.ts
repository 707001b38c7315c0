/** What somebody may do, the least first. */
export const roles = ['viewer', 'operator', 'developer', 'maintainer', 'admin'] as const;

export type Role = (typeof roles)[number];

export type EnvironmentType = 'development' | 'staging' | 'production';

const environmentTypes: readonly EnvironmentType[] = ['development', 'staging', 'production'];

/** In which environments each role may do something; nowhere where it is not named. */
type Grants = Readonly<Partial<Record<Role, readonly EnvironmentType[]>>>;

const development: readonly EnvironmentType[] = ['development'];
const tested: readonly EnvironmentType[] = ['development', 'staging'];
const everywhere = environmentTypes;

const releasing: Grants = { developer: development, maintainer: tested, admin: everywhere };

/**
 * The one table of who may do what where; what it does not name is denied. An action that is about no environment is
 * granted everywhere or not at all.
 */
const policy = {
  /** Look at anything that is recorded or runs. */
  view: { viewer: everywhere, operator: everywhere, developer: everywhere, maintainer: everywhere, admin: everywhere },
  /** Put change sets together, and try what gates say. */
  propose: { developer: everywhere, maintainer: everywhere, admin: everywhere },
  /** Make a version, or deprecate one; merge what the next one is made of. */
  version: { maintainer: everywhere, admin: everywhere },
  /** Release, go back, promote, resume, retry, cancel, recover, restore; and record the configuration of a target. */
  release: releasing,
  /** Agree to a release that somebody asked for, or reject it. */
  approve: { developer: development, maintainer: everywhere, admin: everywhere },
  /** Stop releases. */
  hold: { operator: everywhere, developer: tested, maintainer: everywhere, admin: everywhere },
  /** Let releases go on that somebody or something stopped. */
  lift: releasing,
  /** Pass windows over. */
  override: releasing,
  /** Release in an emergency, without gates and approvals. */
  emergency: { admin: everywhere },
  /** Take backups, and prove them. */
  keep: { operator: everywhere, developer: development, maintainer: tested, admin: everywhere },
  /** Keep a checkpoint of the audit trail, and send what waits to be told. */
  operate: { operator: everywhere, maintainer: everywhere, admin: everywhere },
  /** Say who is who, hand out tokens, and forget or take over what is recorded. */
  manage: { admin: everywhere },
} as const satisfies Readonly<Record<string, Grants>>;

export type Action = keyof typeof policy;

export const actions = Object.keys(policy) as readonly Action[];

/** Each action as the rest of a sentence about somebody who may. */
export const wordsOf: Readonly<Record<Action, string>> = {
  view: 'look at what is recorded and runs',
  propose: 'put change sets together or try gates',
  version: 'make or deprecate versions or merge pull requests',
  release: 'release',
  approve: 'approve releases',
  hold: 'stop releases',
  lift: 'let releases go on that were stopped',
  override: 'pass windows over',
  emergency: 'release in an emergency',
  keep: 'take backups',
  operate: 'keep checkpoints or tell people',
  manage: 'say who is who, hand out tokens or forget what is recorded',
};

/** Where a role may do something by the table alone. Pure. */
export const grantedTo = (role: Role, action: Action): readonly EnvironmentType[] =>
  (policy[action] as Grants)[role] ?? [];

/** The roles that may do something in an environment of a type, the least first. Pure. */
export const rolesFor = (action: Action, type: EnvironmentType): readonly Role[] =>
  roles.filter((role) => grantedTo(role, action).includes(type));

export const isRole = (value: unknown): value is Role => roles.some((role) => role === value);

/** Each once, in the order of the roles; what is no role is left out. */
export const rolesIn = (written: unknown): readonly Role[] | undefined =>
  Array.isArray(written) ? roles.filter((role) => written.includes(role)) : undefined;

/** Those that both let in; undefined lets in everybody. */
export const bothRoles = (
  left: readonly Role[] | undefined,
  right: readonly Role[] | undefined,
): readonly Role[] | undefined => (left && right ? left.filter((role) => right.includes(role)) : (left ?? right));
