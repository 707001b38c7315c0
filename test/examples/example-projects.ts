import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bucketName } from '../support/s3-server.ts';
import { workflowFile } from '../support/workflows.ts';

// The configurations in which the examples of the commands run.

export const configuration = `version: 1
project: invoices
state: { database: "\${env.DATABASE_URL}" }
source: { repository: invoices.bundle }
environments:
  staging: { type: staging, database: { url: "\${env.DATABASE_URL}", schema: staging } }
  production: { type: production, database: { url: "\${env.DATABASE_URL}", schema: production } }
  guarded: { type: staging, database: { url: "\${env.DATABASE_URL}", schema: guarded } }
  mended: { type: staging, database: { url: "\${env.DATABASE_URL}", schema: mended } }
targets:
  staging: { environment: staging, version: v1.1.0 }
  guarded: { environment: guarded, version: v1.1.0, type: manual_approval }
  production: { environment: production, version: v1.2.0 }
  hotfix: { environment: mended, version: v1.0.0, type: emergency }
`;

export const asking = (url: string): string => `version: 1
project: invoices
gateways: { gateway-production: { url: "${url}" } }
environments:
  production: { type: staging, gateways: [gateway-production] }
targets:
  production: { environment: production, version: v1.1.0 }
`;

export const developing = `version: 1
project: invoices
state: { database: "\${env.DATABASE_URL}", schema: clone_state }
source: { repository: . }
environments:
  development: { type: development, database: { url: "\${env.DATABASE_URL}", schema: clone } }
targets:
  development: { environment: development, version: latest }
auto_changeset_rules:
  - { label: hotfix, changeset_name: Hotfix }
`;

export const telling = (url: string): string => `version: 1
project: invoices
state: { database: "\${env.DATABASE_URL}", schema: notify_state }
environments: { production: { type: staging, database: { url: "\${env.DATABASE_URL}", schema: told } } }
targets:
  production:
    environment: production
    version: latest
    notifications: [{ provider: webhook, url: "${url}", secret: "\${env.WEBHOOK_SECRET}" }]
`;

const atHost = (url: string): string =>
  `source_control: { provider: gitea, repository: acme/workflows, url: "${url}", token: "\${env.HOST_TOKEN}" }\n`;

export const hosted = (url: string): string => `version: 1
project: invoices
state: { database: "\${env.DATABASE_URL}", schema: hosted_state }
${atHost(url)}`;

export const provided = (endpoint: string): string => `version: 1
project: invoices
backups: { provider: s3, bucket: ${bucketName}, endpoint: "${endpoint}" }
providers: { acme: { path: acme } }
`;

/** A clone whose main branch has the configuration, and a branch with a change. */
export const proposedIn = (directory: string, bundle: string, hostUrl: string): string => {
  const inside = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-C', directory, ...args], {
      stdio: 'ignore',
    });
  execFileSync('git', ['clone', '--quiet', bundle, directory], { stdio: 'ignore' });
  writeFileSync(join(directory, 'm3forge.yaml'), developing + atHost(hostUrl));
  inside('add', '.');
  inside('commit', '--quiet', '-m', 'Release with m3forge');
  inside('push', '--quiet', '.', 'HEAD:refs/remotes/origin/main');
  inside('checkout', '--quiet', '-b', 'read-receipts');
  writeFileSync(join(directory, 'workflows/receipts.json'), workflowFile('receipts'));
  inside('add', '.');
  inside('commit', '--quiet', '-m', 'Read receipts');
  return directory;
};
