import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic, failure, type Outcome, problem, type SourceRange, success } from '../diagnostics/index.ts';
import { readFileBytes } from '../documents/index.ts';
import { compareBytes, digestOfBytes } from '../values/index.ts';

/** What is no file of a package itself: packages that it depends on, which the project's package lock pins. */
const leftOut = new Set(['node_modules', '.git']);

const mostFiles = 2000;
const mostBytes = 50 * 1024 * 1024;

const unusable = (detail: string, range: SourceRange): Diagnostic =>
  problem('provider-package-invalid', {
    detail,
    range,
    hint: 'A provider is a package of ordinary files, at most 2000 of them and 50 MiB together.',
  });

const entriesIn = async (directory: string): Promise<readonly Dirent[]> =>
  (await readdir(directory, { withFileTypes: true })).filter(({ name }) => !leftOut.has(name));

/** The relative paths of all files of a package, in byte order; undefined with what stands in the way. */
const filesOf = async (directory: string): Promise<{ readonly files: readonly string[]; readonly odd?: string }> => {
  const files: string[] = [];
  const waiting = [''];
  for (let folder = waiting.pop(); folder !== undefined && files.length <= mostFiles; folder = waiting.pop()) {
    for (const entry of await entriesIn(join(directory, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) files.push(path);
      else return { files, odd: path };
    }
  }
  return { files: files.sort(compareBytes) };
};

export interface Contents {
  /** The digest over every file, names included: `sha256-…` in base64. */
  readonly integrity: string;
  /** The relative paths of these files. */
  readonly files: readonly string[];
}

/** What a package is made of. A link, a pipe and what is too much to be a provider are refused. */
export const contentsOf = async (directory: string, label: string, range: SourceRange): Promise<Outcome<Contents>> => {
  const { files, odd } = await filesOf(directory);
  if (odd !== undefined) return failure([unusable(`${label} holds ${odd}, which is no ordinary file.`, range)]);
  if (files.length > mostFiles) return failure([unusable(`${label} holds more than ${mostFiles} files.`, range)]);
  const lines: string[] = [];
  let bytes = 0;
  for (const path of files) {
    const read = await readFileBytes(directory, path, { maxBytes: mostBytes });
    if (!read.ok) return failure([unusable(`${label}: ${read.diagnostics[0]?.detail ?? path}`, range)]);
    bytes += read.value.length;
    if (bytes > mostBytes) return failure([unusable(`${label} holds more than ${mostBytes} bytes.`, range)]);
    lines.push(`${digestOfBytes(read.value)} ${JSON.stringify(path)}\n`);
  }
  const digest = Buffer.from(digestOfBytes(lines.join('')), 'hex');
  return success({ integrity: `sha256-${digest.toString('base64')}`, files });
};
