// Who is who, and which roles may do something, as it is written.

/** What somebody may do: viewer, operator, developer, maintainer, admin. */
export type RoleFile = 'viewer' | 'operator' | 'developer' | 'maintainer' | 'admin';

export interface TeamMemberFile {
  /** What they may do; docs/roles.md has the whole table. */
  readonly role: RoleFile;
  /**
   * The address of their commits: with `separation_of_duties: committers` it says whose they are.
   * @example alice@example.com
   */
  readonly email?: string;
}

/** Who may do what in an environment. */
export interface EnvironmentAccessFile {
  /**
   * Of those whose role would do, only these may change something in the environment.
   * @minItems 1
   * @example ["admin"]
   */
  readonly allowed_roles?: readonly RoleFile[];
  /** @unavailable */
  readonly require_mfa?: boolean;
  /** @unavailable */
  readonly ip_allowlist?: readonly string[];
  /** @unavailable */
  readonly ip_whitelist?: readonly string[];
  /** @unavailable */
  readonly max_session_duration?: string;
  /** @unavailable */
  readonly audit_all_actions?: boolean;
}
