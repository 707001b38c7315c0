import { constants } from 'node:fs';
import { type FileHandle, lstat, open, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic, type DiagnosticCode, failure, type Outcome, problem, success } from '../diagnostics/index.ts';
import type { TextDocument } from './document.ts';
import { wholeFile } from './source-map.ts';
import { systemReason } from './system-reason.ts';
import { guardText, type TextLimits, tooLarge } from './text-guard.ts';

export interface ReadOptions extends TextLimits {
  /** How diagnostics name the file; the relative path where it is not given. */
  readonly filename?: string;
}

const systemCode = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown error';
};

/** What a symbolic link is, without saying where it leads. */
const describeLink = (path: string): Promise<string> =>
  stat(path).then(
    () => 'a symbolic link',
    (error: unknown) => {
      const code = systemCode(error);
      if (code === 'ELOOP') return 'a symbolic link that leads back to itself';
      return code === 'ENOENT' ? 'a symbolic link to what does not exist' : 'a symbolic link';
    },
  );

const hints: Partial<Record<DiagnosticCode, string>> = {
  'file-missing': 'Check the spelling of its path; upper and lower case are different.',
  'file-is-symlink': 'Put the file itself there in the place of the link.',
};

/** Why the path is not one inside its tree, judged by its spelling alone. */
const leavesTree = (path: string): boolean =>
  path === '' || path.includes('\0') || /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..');

/** Looks at every component below the root without following any link. */
const checkComponents = async (root: string, path: string, complain: Complain): Promise<Diagnostic | undefined> => {
  const components = path.split('/').filter((part) => part !== '' && part !== '.');
  for (let depth = 1; depth <= components.length; depth += 1) {
    const part = components.slice(0, depth).join('/');
    const found = await lstat(join(root, part));
    if (found.isSymbolicLink())
      return complain('file-is-symlink', `${part} is ${await describeLink(join(root, part))}.`);
    if (depth === components.length && !found.isFile()) {
      const kind = found.isDirectory() ? 'a directory' : 'a device, pipe or socket';
      return complain('file-not-regular', `${path} is ${kind}.`);
    }
  }
  return undefined;
};

type Complain = (code: DiagnosticCode, detail: string) => Diagnostic;

/** Reads at most one byte more than allowed, whatever the file claims its size to be. */
const readBounded = async (file: FileHandle, maxBytes: number): Promise<Buffer> => {
  const { size } = await file.stat();
  const chunks: Buffer[] = [];
  let total = 0;
  while (total <= maxBytes) {
    const room = Math.min(maxBytes + 1 - total, Math.max(size - total + 1, 4096));
    const { bytesRead, buffer } = await file.read(Buffer.alloc(room), 0, room, total);
    if (bytesRead === 0) break;
    chunks.push(buffer.subarray(0, bytesRead));
    total += bytesRead;
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
};

/** Whether the file that was opened still stands, unlinked by nothing, where it was looked for. */
const isStillThere = async (file: FileHandle, root: string, path: string): Promise<boolean> => {
  const expected = join(await realpath(root), path);
  if ((await realpath(expected)) !== expected) return false;
  const [opened, named] = [await file.stat(), await lstat(expected)];
  return opened.isFile() && opened.ino === named.ino && opened.dev === named.dev;
};

/**
 * Reads a file below `root`. Refused: a path that leaves the tree, a symbolic link anywhere below the root, what is no
 * regular file, what is too large. No complaint ever shows content of the file.
 */
export const readFileBytes = async (
  root: string,
  relativePath: string,
  options: ReadOptions,
): Promise<Outcome<Buffer>> => {
  const filename = options.filename ?? relativePath;
  const complain: Complain = (code, detail) => problem(code, { detail, range: wholeFile(filename), hint: hints[code] });
  if (leavesTree(relativePath)) {
    return failure([complain('file-outside-tree', `"${relativePath}" does not stay below its directory.`)]);
  }
  try {
    const complaint = await checkComponents(root, relativePath, complain);
    if (complaint) return failure([complaint]);
    // Without O_NONBLOCK, a pipe put in the file's place at this moment would hang us.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    await using file = await open(join(root, relativePath), flags);
    if (!(await isStillThere(file, root, relativePath))) {
      return failure([complain('file-is-symlink', `${relativePath} was replaced while it was being opened.`)]);
    }
    const { size } = await file.stat();
    if (size > options.maxBytes) return failure([tooLarge(filename, size, options)]);
    const bytes = await readBounded(file, options.maxBytes);
    return bytes.length > options.maxBytes ? failure([tooLarge(filename, bytes.length, options)]) : success(bytes);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return failure([complain('file-missing', `There is no file ${filename}.`)]);
    }
    if (code === 'ELOOP') return failure([complain('file-is-symlink', `${relativePath} is a symbolic link.`)]);
    return failure([complain('file-unreadable', `${filename} cannot be read: ${systemReason(error)}.`)]);
  }
};

/** Reads a text file below `root`, as `readFileBytes` does. Refused besides: what is not UTF-8. */
export const readTextFile = async (
  root: string,
  relativePath: string,
  options: ReadOptions,
): Promise<Outcome<TextDocument>> => {
  const bytes = await readFileBytes(root, relativePath, options);
  return bytes.ok ? guardText(bytes.value, options.filename ?? relativePath, options) : bytes;
};
