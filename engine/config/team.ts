import type { SourceRange } from '../diagnostics/index.ts';
import type { ParsedDocument } from '../documents/index.ts';
import type { JsonObject, StructuralPath } from '../values/index.ts';
import type { ConfigFile } from './file.ts';
import { entriesOf } from './named-entries.ts';
import { isRole, type Role, rolesIn } from './roles.ts';

/** Somebody whom the configuration knows. */
export interface MemberConfig {
  readonly name: string;
  readonly role: Role;
  /** Whose commits are theirs. */
  readonly email?: string;
  /** Where something about them stands in the file. */
  readonly at: (path: StructuralPath) => SourceRange;
}

export const teamOf = (
  written: ConfigFile['team'],
  locate: ParsedDocument['locate'],
): ReadonlyMap<string, MemberConfig> =>
  new Map(
    entriesOf(written).map(([name, { role, email }]) => [
      name,
      {
        name,
        // What the schema refused is nobody's role, and its configuration is never used.
        role: isRole(role) ? role : 'viewer',
        ...(typeof email === 'string' && { email }),
        at: (inside) => locate(['team', name, ...inside]),
      },
    ]),
  );

/** A member in the words of the file. */
export const memberBody = ({ role, email }: MemberConfig): JsonObject => ({
  role,
  ...(email !== undefined && { email }),
});

interface Access {
  readonly access?: { readonly allowed_roles?: readonly unknown[] } | null;
  readonly access_controls?: { readonly allowed_roles?: readonly unknown[] } | null;
}

/** Every place where the roles that are let in are written, the canonical one first. */
export const roleSpellings = (written: Access): readonly { readonly path: StructuralPath; readonly roles: unknown }[] =>
  (['access', 'access_controls'] as const).flatMap((key) => {
    const allowed = written[key]?.allowed_roles;
    return allowed === undefined ? [] : [{ path: [key, 'allowed_roles'], roles: allowed }];
  });

/** The only roles that are let in; everybody whose role would do where it is not given. */
export const allowedRolesOf = (written: Access): { readonly allowedRoles?: readonly Role[] } => {
  const allowed = rolesIn(roleSpellings(written)[0]?.roles);
  return allowed ? { allowedRoles: allowed } : {};
};
