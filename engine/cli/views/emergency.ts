import type { PlanSection } from '../../plan/index.ts';
import { counted } from '../../values/index.ts';

/** Text yet to be escaped: what is passed over in an emergency, and what that takes; nothing where it is none. */
export const emergencyWords = (terms: PlanSection['emergency']): readonly string[] => {
  if (!terms) return [];
  const { gates_skipped: gates, approvals_replaced: approvals, allowed_roles: roles, review } = terms;
  const skipped = gates.length === 0 ? 'no gate is skipped' : `skipped: ${gates.join(', ')}`;
  const replaced = approvals === 0 ? '' : `; ${counted(approvals, 'approval')} replaced by the justification`;
  return [
    `${skipped}${replaced}.`,
    `It takes --justification and the role ${roles.join(' or ')}; a backup is taken in any case.`,
    review
      ? 'A review stays open until what runs has passed the gates; no ordinary release begins before that.'
      : 'No review is asked for afterwards.',
  ];
};
