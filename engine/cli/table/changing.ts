import type { CommandEntry } from '../command-entry.ts';

const group = 'Change sets';

export const changing: readonly CommandEntry[] = [
  {
    path: 'changeset create',
    group,
    summary: 'Begin a change set: what is released together',
    load: async () => (await import('../commands/changeset-create.ts')).ChangesetCreateCommand,
  },
  {
    path: 'changeset add',
    group,
    summary: 'Add what was merged to a change set, or where the rules say',
    load: async () => (await import('../commands/changeset-add.ts')).ChangesetAddCommand,
  },
  {
    path: 'changeset ready',
    group,
    summary: 'Say that a change set may become a version',
    load: async () => (await import('../commands/changeset-ready.ts')).ChangesetReadyCommand,
  },
  {
    path: 'changeset list',
    group,
    summary: 'List the change sets, or follow a pull request',
    load: async () => (await import('../commands/changeset-list.ts')).ChangesetListCommand,
  },
  {
    path: 'changeset show',
    group,
    summary: 'Show what is in a change set, and where that went',
    load: async () => (await import('../commands/changeset-show.ts')).ChangesetShowCommand,
  },
  {
    path: 'changeset remove',
    group,
    summary: 'Take changes out of a change set that is no version yet',
    load: async () => (await import('../commands/changeset-remove.ts')).ChangesetRemoveCommand,
  },
];
