import type { CommandEntry } from '../command-entry.ts';

const group = 'Versions';

export const versioning: readonly CommandEntry[] = [
  {
    path: 'version create',
    group,
    summary: 'Make a version of a commit: number, release notes, tag',
    load: async () => (await import('../commands/version-create.ts')).VersionCreateCommand,
  },
  {
    path: 'version list',
    group,
    summary: 'List the versions, the highest first',
    load: async () => (await import('../commands/version-list.ts')).VersionListCommand,
  },
  {
    path: 'version show',
    group,
    summary: 'Show what a version is, how it came to be, and where it went',
    load: async () => (await import('../commands/version-show.ts')).VersionShowCommand,
  },
  {
    path: 'version deprecate',
    group,
    summary: 'Let nothing go to a version by itself any more',
    load: async () => (await import('../commands/version-deprecate.ts')).VersionDeprecateCommand,
  },
];
