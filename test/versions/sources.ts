import { join } from 'node:path';
import { Refusal } from '../../engine/diagnostics/index.ts';
import type { System } from '../../engine/system/index.ts';
import { openSource, type Source, type SourceOptions } from '../../engine/versions/index.ts';
import type { TestRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';

/** Where tests keep their repositories and bundles. Files share a process, and so this folder: names begin with that of the file. */
export const parent = temporaryDirectory();

export const selection = { workflow: ['workflows/**/*.json'], agent: ['agents/**/*.{json,yaml}'] };

/** Opens a repository as a configuration at its root would; what a test wants to be different is given as `changes`. */
export const openRepository = (
  repository: TestRepository,
  changes: Partial<SourceOptions> = {},
  system: System = testSystem(),
): Promise<Source> =>
  openSource(system, {
    repository: '.',
    directory: repository.directory,
    cacheDirectory: join(parent, 'sources'),
    versionPattern: 'v*.*.*',
    includePrerelease: false,
    ...changes,
  });

/** The code of the refusal that a promise ends in. */
export const codeOf = async (attempt: Promise<unknown>): Promise<unknown> => {
  const error = await attempt.then(
    () => 'nothing was refused',
    (reason: unknown) => reason,
  );
  return error instanceof Refusal ? error.diagnostics[0]?.code : error;
};

export const collect = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
