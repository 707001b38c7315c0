import type { ApprovalsConfig } from '../config/index.ts';
import type { ApprovalDemand, SectionKind } from './document.ts';

/** What a section says of the approvals that it needs. */
interface Needed {
  readonly approvals: number;
  readonly approval?: ApprovalDemand;
}

/** The approvals that rules ask for, for what is done. Going back to what succeeded needs none unless it is asked for. Pure. */
export const approvalsNeeded = (
  rules: ApprovalsConfig,
  kind: SectionKind,
  committers: readonly string[] = [],
): Needed => {
  if (rules.min === 0 || (kind === 'rollback' && !rules.forRollback)) return { approvals: 0 };
  return {
    approvals: rules.min,
    approval: {
      allowed_approvers: rules.allowedApprovers ?? null,
      ...(rules.allowedRoles && { allowed_roles: rules.allowedRoles }),
      separation_of_duties: rules.separation,
      ...(rules.separation === 'committers' && { committers }),
      timeout_hours: rules.timeoutHours ?? null,
      rejects_when_due: rules.rejectsWhenDue,
    },
  };
};
