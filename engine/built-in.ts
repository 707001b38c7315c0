import type { ProviderLoaders } from './provider/index.ts';

/** The providers that come with m3forge. */
export const builtIn: ProviderLoaders = {
  postgres: async () => (await import('../providers/postgres/index.ts')).postgres,
  filesystem: async () => (await import('../providers/filesystem/index.ts')).filesystem,
  s3: async () => (await import('../providers/s3/index.ts')).s3,
  command: async () => (await import('../providers/command/index.ts')).command,
  http: async () => (await import('../providers/http/index.ts')).http,
  marie: async () => (await import('../providers/marie/index.ts')).marie,
  slack: async () => (await import('../providers/slack/index.ts')).slack,
  email: async () => (await import('../providers/email/index.ts')).email,
  pagerduty: async () => (await import('../providers/pagerduty/index.ts')).pagerduty,
  webhook: async () => (await import('../providers/webhook/index.ts')).webhook,
  github: async () => (await import('../providers/github/index.ts')).github,
  gitea: async () => (await import('../providers/gitea/index.ts')).gitea,
};
