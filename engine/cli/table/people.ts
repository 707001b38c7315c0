import type { CommandEntry } from '../command-entry.ts';

const group = 'Who may do what';

export const people: readonly CommandEntry[] = [
  {
    path: 'team list',
    group,
    summary: 'List who is who, and who needs a token',
    load: async () => (await import('../commands/team-list.ts')).TeamListCommand,
  },
  {
    path: 'token create',
    group,
    summary: 'Hand out what proves to be somebody',
    load: async () => (await import('../commands/token-create.ts')).TokenCreateCommand,
  },
  {
    path: 'token list',
    group,
    summary: 'List the tokens that were handed out',
    load: async () => (await import('../commands/token-list.ts')).TokenListCommand,
  },
  {
    path: 'token revoke',
    group,
    summary: 'End a token',
    load: async () => (await import('../commands/token-revoke.ts')).TokenRevokeCommand,
  },
];
