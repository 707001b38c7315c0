import type { RoleFile } from './file-team.ts';

// Who must agree to a release, as it is written at a target.

/** How many people must agree to a release, and who they may be. */
export interface ApprovalsFile {
  /**
   * So many different people must approve. 1 where `type` is `manual_approval` or the environment has `require_approval`.
   * @minimum 0
   * @maximum 50
   */
  readonly min_approvals?: number;
  /**
   * The names of those who may approve; anybody where it is not given.
   * @minItems 1
   * @example ["alice", "bob"]
   */
  readonly allowed_approvers?: readonly string[];
  /**
   * Of those who may approve, only who has one of these roles; whoever's role would do where it is not given.
   * @minItems 1
   * @example ["admin"]
   */
  readonly allowed_roles?: readonly RoleFile[];
  /**
   * Hours after which a release that still waits is overdue; it waits for ever where it is not given.
   * @maximum 8760
   */
  readonly timeout_hours?: number;
  /**
   * Whether a release that is overdue is rejected; otherwise it is only shown as overdue.
   * @default true
   */
  readonly auto_reject_on_timeout?: boolean;
  /**
   * Whether going back to a version that succeeded needs approvals, too.
   * @default false
   */
  readonly for_rollback?: boolean;
  /**
   * `requester`: who asked for a release cannot approve it. The default in production; `off` elsewhere. `committers`: nor
   * can whoever wrote a commit that it brings.
   */
  readonly separation_of_duties?: 'requester' | 'committers' | 'off';
}

/** Who may do what at a target. */
export interface TargetAccessFile {
  /** Alias of `approvals.min_approvals`. */
  readonly require_approvals?: number;
  /** Alias of `approvals.allowed_approvers`. */
  readonly allowed_approvers?: readonly string[];
  /** Alias of `approvals.timeout_hours`. */
  readonly approval_timeout_hours?: number;
  /**
   * Of those whose role would do, only these may release here.
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
