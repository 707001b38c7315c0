import { type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import { systemReason, withoutCredentials } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { repositoryPlaceOf } from '../values/index.ts';
import { mirrorOfBundle } from './bundle.ts';
import { gitAt } from './git.ts';
import { createGitSource, type Opened } from './git-source.ts';
import { createMirror } from './mirror.ts';
import { usualPatience } from './patience.ts';
import { openRemote } from './remote-source.ts';
import type { Source, SourceOptions } from './source.ts';
import type { TreeEntry } from './tree.ts';
import { type Snapshot, takeSnapshot } from './working-tree.ts';

/** Every Git bundle begins with these words. */
const isBundle = async (path: string, label: string): Promise<boolean> => {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(20), 0, 20, 0);
    return /^# v\d+ git bundle\n/.test(buffer.toString('latin1', 0, bytesRead));
  } catch (error) {
    throw refuse('source-unreadable', { detail: `${label} cannot be read: ${systemReason(error)}.` }, error);
  }
};

/** What is there, or why it cannot be said. */
const look = (path: string): Stats | string => {
  try {
    return statSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
};

/** Whether a path of this machine is a repository or a bundle. Throws `Refusal` where it is neither. */
export const findRepository = async (path: string, label: string): Promise<'file' | 'directory'> => {
  const found = look(path);
  if (typeof found !== 'string') {
    if (found.isDirectory()) return 'directory';
    if (found.isFile() && (await isBundle(path, label))) return 'file';
    throw refuse('source-not-a-repository', {
      detail: `${label} is neither a Git repository nor a Git bundle.`,
      hint: 'source.repository names a directory inside a repository, or a file that "git bundle create" made.',
    });
  }
  if (found !== 'ENOENT' && found !== 'ENOTDIR') {
    throw refuse('source-unreadable', { detail: `${label} cannot be read: ${systemReason(found)}.` });
  }
  throw refuse('source-missing', {
    detail: `${label} does not exist.`,
    hint: 'source.repository names a repository or a Git bundle file, relative to m3forge.yaml, or a URL.',
  });
};

export const noWorkingTree = (label: string): Error =>
  refuse('source-no-working-tree', {
    detail: `${label} has no working tree whose files could be planned.`,
    hint: 'Name a branch or a commit, or set source.repository to a clone with a working tree.',
  });

interface FoundDirectory extends Opened {
  readonly gitDirectory: string;
  /** The top of the working tree; undefined where there is none. */
  readonly top: () => Promise<string | undefined>;
}

const openDirectory = async (system: System, path: string, label: string, own: boolean): Promise<FoundDirectory> => {
  const here = gitAt(system, ['-C', path], label);
  const answer = await here.read(['rev-parse', '--absolute-git-dir', '--show-prefix']);
  const [gitDirectory = '', prefix = ''] = answer.toString('utf8').split('\n');
  return {
    git: gitAt(system, [`--git-dir=${gitDirectory}`], label),
    base: own ? prefix : '',
    gitDirectory,
    top: async () => {
      const top = await here.attempt(['rev-parse', '--show-toplevel']);
      return top.exitCode === 0 ? top.stdout.toString('utf8').replace(/\n$/, '') : undefined;
    },
  };
};

/** A repository whose working tree can be read too. */
const withWorkingTree = (system: System, found: FoundDirectory, label: string, options: SourceOptions): Source => {
  const { base, gitDirectory } = found;
  let snapshot: Snapshot | undefined;
  const opened: Opened = {
    base,
    get git() {
      return snapshot?.git ?? found.git;
    },
  };
  const source = createGitSource(opened, label, options);
  const workingTree: Source['workingTree'] = async (selection) => {
    const top = await found.top();
    if (top === undefined) throw noWorkingTree(label);
    const committed = await source.revision('HEAD');
    snapshot ??= await takeSnapshot(system, { gitDirectory, top, base }, selection, label);
    const { treeId } = snapshot;
    const uncommitted = differing(
      await source.listTree(committed.treeId, selection),
      await source.listTree(treeId, selection),
    );
    return { ...committed, ...(uncommitted.length > 0 && { treeId }), uncommitted };
  };
  return { ...source, workingTree, close: async () => snapshot?.remove() };
};

/** Paths whose artifacts are not the same in both, or are in one only. */
const differing = (left: readonly TreeEntry[], right: readonly TreeEntry[]): readonly string[] => {
  const keyOf = ({ path, blob, mode }: TreeEntry): string => `${mode} ${blob} ${path}`;
  const [first, second] = [left, right].map((entries) => new Set(entries.map(keyOf)));
  const only = [
    ...left.filter((entry) => !second?.has(keyOf(entry))),
    ...right.filter((entry) => !first?.has(keyOf(entry))),
  ];
  return [...new Set(only.map(({ path }) => path))].sort();
};

/** How a source is named to people: as it was configured, without credentials; the folder where that is just `.`. */
export const labelOf = (
  system: System,
  { repository, directory }: Pick<SourceOptions, 'repository' | 'directory'>,
): string => (repository === '.' ? relative(system.cwd(), directory) || '.' : withoutCredentials(repository));

/** The source at a path of this machine. */
const openHere = async (system: System, options: SourceOptions): Promise<Source> => {
  const path = resolve(options.directory, options.repository);
  const label = labelOf(system, options);
  if ((await findRepository(path, label)) === 'file') {
    const mirror = await mirrorOfBundle(system, path, options.cacheDirectory, label);
    const opened = { git: gitAt(system, [`--git-dir=${mirror}`], label), base: '' };
    return { ...createGitSource(opened, label, options), workingTree: () => Promise.reject(noWorkingTree(label)) };
  }
  const opened = await openDirectory(system, path, label, options.repository === '.');
  return withWorkingTree(system, opened, label, options);
};

/**
 * Opens the repository or bundle that `source.repository` names. Throws `Refusal` where Git is missing or the source is
 * not there, not readable or damaged. Where a host does not answer, what was seen last is read, and `warnings` says so.
 */
export const openSource = async (system: System, options: SourceOptions): Promise<Source> => {
  const place = repositoryPlaceOf(options.repository);
  if (place.kind === 'path') return openHere(system, options);
  const label = labelOf(system, options);
  if (place.kind === 'faulty') {
    const { secret, fault, hint } = place;
    const detail = `${secret ? 'source.repository' : label} ${fault}.`;
    throw refuse(secret ? 'source-url-secret' : 'source-url-invalid', { detail, hint });
  }
  const { cacheDirectory } = options;
  const patience = { ...usualPatience, ...options.patience };
  const mirror = createMirror(system, {
    url: options.repository,
    scheme: place.scheme,
    label,
    cacheDirectory,
    patience,
  });
  const source = await openRemote(mirror, label, options);
  return { ...source, workingTree: () => Promise.reject(noWorkingTree(label)) };
};
