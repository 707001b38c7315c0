import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import { compareBytes, globMatcher } from '../values/index.ts';

const neverEntered = new Set(['.git', 'node_modules']);

/** The directory in which all matches of a glob lie: its segments before the first one with a wildcard. */
const baseOf = (glob: string): string => {
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
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw refuse('file-unreadable', { detail: `The directory ${directory || '.'} cannot be read (${code}).` }, error);
  }
};

/**
 * The regular files below `root` that match one of the globs, as relative paths with forward slashes in byte order.
 * Symbolic links are never followed; `.git` and `node_modules` are never entered. An unreadable directory is thrown as a
 * `Refusal`.
 */
export const findFiles = async (root: string, globs: readonly string[]): Promise<readonly string[]> => {
  const matches = globMatcher(globs);
  const bases = globs.map((glob) => baseOf(glob.replace(/^\.\//, '')));
  const found: string[] = [];
  const waiting = [''];
  for (let directory = waiting.pop(); directory !== undefined; directory = waiting.pop()) {
    for (const entry of entriesOf(root, directory)) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      if (entry.isDirectory() && !neverEntered.has(entry.name) && mayHold(path, bases)) waiting.push(path);
      else if (entry.isFile() && matches(path)) found.push(path);
    }
  }
  return found.sort(compareBytes);
};
