import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OperationContext, type PreviewDocument, preview } from '../../engine/operations/index.ts';
import { createProviderHost } from '../../engine/provider/index.ts';
import type { System } from '../../engine/system/index.ts';
import { createRedactor } from '../../engine/values/index.ts';
import { valueIn } from '../support/project.ts';
import { type CommittedFile, createRepository, type TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

/** A repository that holds a configuration and artifacts, with a main branch and whatever is proposed. */
export interface Proposal {
  readonly directory: string;
  readonly repository: TestRepository;
  readonly context: OperationContext;
  readonly preview: (base?: string, head?: string) => Promise<PreviewDocument>;
  /** Commits on top of the main branch. */
  readonly goOn: (files: Files) => void;
}

type Files = Readonly<Record<string, string | readonly CommittedFile[]>>;

export const configuration = (production = 'version: ^1.0, approvals: { min_approvals: 2 }'): string => `version: 1
project: invoices
state: { database: "\${env.STATE_URL}" }
environments:
  staging: { type: staging, database: "\${env.STAGING_URL}" }
  production: { type: production, database: "\${env.PRODUCTION_URL}", gateways: [{ id: eu, url: "https://gateway.example" }] }
targets:
  staging: { environment: staging, version: latest, type: auto_deploy, triggers: { on_version_tag: true } }
  production: { environment: production, ${production} }
`;

const committed = (files: Files): readonly CommittedFile[] =>
  Object.entries({ 'm3forge.yaml': configuration(), ...files }).flatMap(([path, content]) =>
    typeof content === 'string' ? [{ path, content }] : content,
  );

/** `files` are those of the main branch, tagged v1.2.0; `proposed` are those of the branch `feature`, which grew out of it. */
export const createProposal = (files: Files, proposed: Files, system: Partial<System> = {}): Proposal => {
  const repository = createRepository(temporaryDirectory());
  const { directory, git } = repository;
  const first = repository.commit(committed(files), 'v1.2.0');
  repository.commit(committed(proposed));
  git(['branch', 'feature']);
  git(['update-ref', 'refs/heads/main', first]);
  // What a checkout of the head has on the disk: it must not count.
  const own = proposed['m3forge.yaml'];
  writeFileSync(join(directory, 'm3forge.yaml'), typeof own === 'string' ? own : configuration());
  const context: OperationContext = {
    system: testSystem(system),
    ...{ host: createProviderHost({}), redactor: createRedactor(), toolVersion: 'test', actor: 'tester', ciRun: null },
    location: { file: join(directory, 'm3forge.yaml') },
  };
  return {
    ...{ directory, repository, context },
    preview: async (base = 'main', head = 'feature') =>
      valueIn(await preview(context, { base, head, withState: false, lockTimeoutMs: 0 })),
    goOn: (more) => {
      const tree = repository.commit(committed(more));
      const onTop = git(['commit-tree', `${tree}^{tree}`, '-p', first, '-m', 'on main']);
      git(['update-ref', 'refs/heads/main', onTop]);
    },
  };
};
