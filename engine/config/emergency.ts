import type { JsonObject } from '../values/index.ts';
import type { EmergencyConfig } from './config-releases.ts';
import type { EmergencyFile } from './file-emergency.ts';

/** Whoever may do everything. */
const usualRoles: EmergencyConfig['allowedRoles'] = ['admin'];

/** What an emergency asks for; undefined where the type of the target is another. What the schema refused is null here. */
export const emergencyOf = (type: unknown, written: EmergencyFile | null = {}): EmergencyConfig | undefined => {
  if (type !== 'emergency') return undefined;
  const roles = (written?.allowed_roles ?? usualRoles).filter((role) => typeof role === 'string');
  return { allowedRoles: [...new Set(roles)].sort(), review: written?.post_deploy_review ?? true };
};

/** In the words of the file, without what cannot be chosen. */
export const emergencyBody = ({ allowedRoles, review }: EmergencyConfig): JsonObject => ({
  allowed_roles: allowedRoles,
  post_deploy_review: review,
});
