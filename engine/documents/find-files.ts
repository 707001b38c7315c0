import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Diagnostic, problem, refuse } from '../diagnostics/index.ts';
import { compareBytes, globMatcher } from '../values/index.ts';
import { wholeFile } from './source-map.ts';
import { systemReason } from './system-reason.ts';

const neverEntered = new Set(['.git', 'node_modules']);

/** The directory in which all matches of a glob lie: its segments before the first one with a wildcard. */
export const globBase = (glob: string): string => {
  const segments = glob.split('/');
  const wild = segments.findIndex((segment) => /[*?[\]{}()!+@]/.test(segment));
  return segments.slice(0, wild === -1 ? -1 : wild).join('/');
};

/** Whether matches may lie in the directory: it is on the way to a base, or below one. */
const mayHold = (directory: string, bases: readonly string[]): boolean =>
  bases.some((base) => `${base}/`.startsWith(`${directory}/`) || base === '' || `${directory}/`.startsWith(`${base}/`));

const entriesOf = (root: string, directory: string): readonly Dirent[] => {
  try {
    return readdirSync(join(root, directory), { withFileTypes: true });
  } catch (error) {
    const detail = `The directory ${directory || '.'} cannot be read: ${systemReason(error)}.`;
    throw refuse('file-unreadable', { detail }, error);
  }
};

interface FoundFiles {
  /** Relative paths with forward slashes, in byte order. */
  readonly files: readonly string[];
  /** Matching entries that are no files, such as symbolic links and pipes, one diagnostic each. */
  readonly unsupported: readonly Diagnostic[];
}

const unsupported = (path: string, entry: Dirent): Diagnostic =>
  problem('source-entry-unsupported', {
    detail: `${JSON.stringify(path)} is ${entry.isSymbolicLink() ? 'a symbolic link' : 'a device, pipe or socket'}, not a file.`,
    range: wholeFile(path),
    hint: 'Put the file itself there, or narrow the glob that matches it.',
  });

/**
 * The regular files below `root` that match one of the globs, apart from what matches and is no file. Symbolic links are
 * never followed; `.git` and `node_modules` are never entered. An unreadable directory is thrown as a `Refusal`.
 */
export const findFiles = async (root: string, globs: readonly string[]): Promise<FoundFiles> => {
  const matches = globMatcher(globs);
  const bases = globs.map((glob) => globBase(glob.replace(/^\.\//, '')));
  const found: string[] = [];
  const refused = new Map<string, Diagnostic>();
  const waiting = [''];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const entry of entriesOf(root, directory)) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory() && !neverEntered.has(entry.name) && mayHold(path, bases)) waiting.push(path);
      else if (entry.isDirectory() || !matches(path)) continue;
      else if (entry.isFile()) found.push(path);
      else refused.set(path, unsupported(path, entry));
    }
  }
  const inOrder = [...refused].sort(([left], [right]) => compareBytes(left, right));
  return { files: found.sort(compareBytes), unsupported: inOrder.map(([, diagnostic]) => diagnostic) };
};
