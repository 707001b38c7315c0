import type { EmergencyTerms, PlanSection } from '../plan/index.ts';
import type { Session } from './session.ts';

/** Who has which role, by name; null where nobody has been given one, so that nobody can be told apart by it. */
export type Roles = ReadonlyMap<string, string> | null;

/**
 * Why whoever asks may not declare an emergency, as the rest of a sentence about them; undefined where they may. This is the
 * one place that decides it: the roles are those that the section was planned with, the stricter of recorded and written.
 */
export const mayDeclareEmergency = (
  { context }: Pick<Session, 'context'>,
  { emergency }: Pick<PlanSection, 'target'> & { readonly emergency: EmergencyTerms },
  roles: Roles = null,
): string | undefined => {
  if (roles === null) return undefined;
  const role = roles.get(context.actor);
  if (role !== undefined && emergency.allowed_roles.includes(role)) return undefined;
  const allowed = emergency.allowed_roles.join(' or ');
  return role === undefined ? `has no role, and ${allowed} may` : `has the role ${role}, and ${allowed} may`;
};
