import { resolve } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { repositoryPlaceOf } from '../values/index.ts';
import { type Git, gitAt } from './git.ts';
import { findRepository, labelOf } from './open-source.ts';
import type { SourceOptions } from './source.ts';

/** A repository of this machine, with the whole of its history. */
export interface OwnRepository {
  readonly git: Git;
  /** For people. */
  readonly label: string;
}

export type OwnOptions = Pick<SourceOptions, 'repository' | 'directory'>;

/**
 * The folder of the configuration inside the repository, with a slash at its end, where `source.repository` is the one that it
 * lies in: globs start there. Empty for any other, and where there is no repository.
 */
export const folderInRepository = async (system: System, { repository, directory }: OwnOptions): Promise<string> => {
  if (repository !== '.') return '';
  const answer = await gitAt(system, ['-C', directory], directory).attempt(['rev-parse', '--show-prefix']);
  return answer.exitCode === 0 ? answer.stdout.toString('utf8').replace(/\n$/, '') : '';
};

const elsewhere = (label: string): Error =>
  refuse('version-source-elsewhere', {
    detail: `Versions and change sets are made in a repository of this machine only; source.repository is ${label}.`,
    hint: 'Run this in a clone, with source.repository as a path, and hand the tag over with --push. Tags that others push are found by themselves.',
  });

/**
 * Opens the repository that `source.repository` names as one that is here; a copy of one elsewhere has no history.
 * `variables` go into Git's environment. Throws `version-source-elsewhere`.
 */
export const openOwn = async (
  system: System,
  options: OwnOptions,
  variables: Readonly<Record<string, string>> = {},
): Promise<OwnRepository> => {
  const label = labelOf(system, options);
  if (repositoryPlaceOf(options.repository).kind !== 'path') throw elsewhere(label);
  const path = resolve(options.directory, options.repository);
  if ((await findRepository(path, label)) === 'file') throw elsewhere(`${label}, a Git bundle`);
  return { label, git: gitAt(system, ['-C', path], label, variables) };
};
