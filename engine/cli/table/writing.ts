import type { CommandEntry } from '../command-entry.ts';

const group = 'Write a configuration';

export const writing: readonly CommandEntry[] = [
  {
    path: 'init',
    group,
    summary: 'Begin a project: a commented configuration and an example workflow',
    load: async () => (await import('../commands/init.ts')).InitCommand,
  },
  {
    path: 'fmt',
    group,
    summary: 'Bring the configuration into canonical form; comments stay',
    load: async () => (await import('../commands/fmt.ts')).FmtCommand,
  },
  {
    path: 'ci github',
    group,
    summary: 'Write a workflow for GitHub Actions: previews of pull requests, and releases',
    load: async () => (await import('../commands/ci.ts')).CiGithubCommand,
  },
  {
    path: 'ci gitea',
    group,
    summary: 'The same for the runners of Gitea',
    load: async () => (await import('../commands/ci.ts')).CiGiteaCommand,
  },
];
