import type { Role } from './roles.ts';

// What a target asks for before a release begins, beside its gates and windows.

/** Who must agree to a release. What a target says, its type and its environment are taken together already. */
export interface ApprovalsConfig {
  /** So many different people; 0 for none. */
  readonly min: number;
  /** Sorted, each once; anybody where it is not given. */
  readonly allowedApprovers?: readonly string[];
  /** Only those with one of these roles may approve; whoever's role would do where it is not given. */
  readonly allowedRoles?: readonly Role[];
  /** For ever where it is not given. */
  readonly timeoutHours?: number;
  /** What is overdue is rejected, in the place of being shown as overdue. */
  readonly rejectsWhenDue: boolean;
  /** Going back needs approvals, too. */
  readonly forRollback: boolean;
  /**
   * `requester`: who asked for a release cannot approve it. `committers`: nor can whoever wrote what it brings.
   */
  readonly separation: 'requester' | 'committers' | 'off';
}

/** A target that must run a version, for so long, before it comes here. */
export interface PromotionConfig {
  readonly from: string;
  readonly soakHours: number;
}

/** What a release asks for in an emergency, in the place of gates and approvals. */
export interface EmergencyConfig {
  /** The roles of those who may declare one; sorted, each once. */
  readonly allowedRoles: readonly ('viewer' | 'developer' | 'maintainer' | 'admin' | 'operator')[];
  /** A review stays open until the gates that were skipped have passed. */
  readonly review: boolean;
}
