import type { TargetConfig } from '../config/index.ts';
import { hasRelease, type UnsealedSection } from './digests.ts';

/**
 * A release to a target for emergencies: no gate is judged and nobody approves, and the section says what is passed over.
 * What brings nothing is none, and neither is a way back, which needs no gates anyway. Pure.
 */
export const asEmergency = (
  section: UnsealedSection,
  { emergency }: Pick<TargetConfig, 'emergency'>,
): UnsealedSection => {
  if (!emergency || section.kind !== 'release' || !hasRelease(section)) {
    return section;
  }
  const { approval: _, ...rest } = section;
  return {
    ...rest,
    gates: [],
    approvals: 0,
    emergency: {
      gates_skipped: section.gates,
      approvals_replaced: section.approvals,
      allowed_roles: emergency.allowedRoles,
      review: emergency.review,
    },
  };
};
