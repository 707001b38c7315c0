import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PreviewDocument, preview } from '../../engine/operations/index.ts';
import { createProviderHost } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { createRedactor } from '../../engine/values/index.ts';
import { valueIn } from '../support/project.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

/** A repository that holds a configuration and artifacts, with a main branch and whatever is proposed. */
export interface Proposal {
  readonly directory: string;
  readonly repository: TestRepository;
  readonly context: Parameters<typeof preview>[0];
  readonly preview: (base?: string, head?: string) => Promise<PreviewDocument>;
}

export const configuration = (more = ''): string => `version: 1
project: invoices
state: { database: "\${env.STATE_URL}" }
environments:
  staging: { type: staging, database: "\${env.STAGING_URL}" }
  production: { type: production, database: "\${env.PRODUCTION_URL}" }
targets:
  staging: { environment: staging, version: latest, type: auto_deploy, triggers: { on_version_tag: true } }
  production: { environment: production, version: ^1.0, approvals: { min_approvals: 2 } }
${more}`;

/** The files are those of the main branch, tagged v1.2.0; `proposed` are those of the branch `feature`. */
export const createProposal = (
  files: Readonly<Record<string, string>>,
  proposed: Readonly<Record<string, string>>,
  system: Partial<System> = {},
): Proposal => {
  const parent = temporaryDirectory();
  const repository = createRepository(parent);
  const { directory, git } = repository;
  repository.commit({ 'm3forge.yaml': configuration(), ...files }, 'v1.2.0');
  git(['branch', 'main-then']);
  repository.commit({ 'm3forge.yaml': configuration(), ...proposed });
  git(['branch', 'feature']);
  git(['update-ref', 'refs/heads/main', 'main-then']);
  // What a checkout of the head has on the disk: it must not count.
  writeFileSync(join(directory, 'm3forge.yaml'), proposed['m3forge.yaml'] ?? configuration());
  const context = {
    system: testSystem({ cwd: () => directory, ...system }),
    host: createProviderHost({}),
    redactor: createRedactor(),
    toolVersion: 'test',
    actor: 'tester',
    ciRun: null,
    location: { directory },
  };
  const run = async (base = 'main', head = 'feature'): Promise<PreviewDocument> =>
    valueIn(await preview(context, { base, head, withState: false, lockTimeoutMs: 0 }));
  return { directory, repository, context, preview: run };
};
