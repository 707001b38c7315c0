import type { CommandEntry } from '../command-entry.ts';

const group = 'Pull requests';

export const pullRequests: readonly CommandEntry[] = [
  {
    path: 'pr list',
    group,
    summary: 'List the pull requests of the host, with what they touch and how their checks are',
    load: async () => (await import('../commands/pr-list.ts')).PrListCommand,
  },
  {
    path: 'pr show',
    group,
    summary: 'Show one pull request: what it touches, its checks, what comes next',
    load: async () => (await import('../commands/pr-show.ts')).PrShowCommand,
  },
  {
    path: 'pr checks',
    group,
    summary: 'Show what was checked of a pull request, and what came of it',
    load: async () => (await import('../commands/pr-checks.ts')).PrChecksCommand,
  },
  {
    path: 'pr merge',
    group,
    summary: 'Merge a pull request whose checks have passed',
    load: async () => (await import('../commands/pr-merge.ts')).PrMergeCommand,
  },
];
