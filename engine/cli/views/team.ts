import type { MemberView } from '../../operations/index.ts';
import { columns } from './columns.ts';
import type { Style } from './style.ts';

/** Who is who. */
export const teamList = (team: readonly MemberView[], style: Style): string =>
  team.length === 0
    ? 'Nobody has a role, so everybody may do everything. Say under "team" who has which.'
    : columns(
        ['name', 'role', 'recorded', 'in the file', 'known by'],
        team.map((member) => [
          member.name,
          member.role ?? 'none',
          member.recorded,
          member.written,
          member.has_token ? 'token' : 'name',
        ]),
        style.bold,
      );
