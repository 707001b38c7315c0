import { createVersion, type VersionRequest } from '../../engine/operations/index.ts';
import type { Processes } from '../../engine/system/index.ts';
import { type Arrangement, createProject, type TestProject } from './project.ts';
import type { TestRepository } from './repository.ts';
import { testSystem } from './servers.ts';
import { workflowFile } from './workflows.ts';

export const noWait = { lockTimeoutMs: 0 };

export const request = (changes: Partial<VersionRequest> = {}): VersionRequest => ({
  ...{ allowBreaking: false, reason: null, dryRun: false, confirm: () => Promise.resolve(true) },
  ...noWait,
  ...changes,
});

export const identify = ({ git }: TestRepository): void => {
  git(['config', 'user.name', 'Test']);
  git(['config', 'user.email', 'test@example.com']);
};

export const create = (project: Pick<TestProject, 'context'>, changes: Partial<VersionRequest> = {}) =>
  createVersion(project.context, request(changes));

export const files = (...names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`workflows/${name}.json`, workflowFile(name)]));

/** A project whose v1.0.0 runs in development. */
export const createEstate = async (arrangement: Arrangement = 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['development'] });
  identify(project.repository);
  project.repository.commit(files('a', 'b'), 'v1.0.0');
  await project.apply();
  return project;
};

/** Git, which fails where somebody says so. */
export const failingGit = (fails: (args: readonly string[]) => boolean): { readonly processes: Processes } => {
  const { processes } = testSystem();
  return {
    processes: {
      ...processes,
      run: (program, args, options) =>
        fails(args)
          ? Promise.resolve({
              ...{ exitCode: 128, stdout: Buffer.alloc(0), timedOut: false },
              stderr: Buffer.from('fatal: the disk is full\n'),
            })
          : processes.run(program, args, options),
    },
  };
};
