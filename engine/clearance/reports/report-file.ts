import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileBytes } from '../../documents/index.ts';
import { readJunit } from './junit.ts';
import { isTap, readTap } from './tap.ts';
import type { TestReport } from './test-report.ts';

/** More than the tests of any project write. */
const largestReport = 64 * 1024 * 1024;

/** What a file says of itself without being read; undefined where there is none. */
export type Stamp = string | undefined;

/** Two stamps are the same where nobody has written the file in between. */
export const stampOf = async (directory: string, file: string): Promise<Stamp> => {
  const found = await lstat(join(directory, file), { bigint: true }).catch(() => undefined);
  return found && `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
};

/** What no text holds: reports quote what programs print, colours and all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;

/** The text of a report beside the configuration, or why there is none. */
export const reportText = async (
  directory: string,
  file: string,
): Promise<{ readonly text: string } | { readonly fault: string }> => {
  const bytes = await readFileBytes(directory, file, { maxBytes: largestReport });
  if (!bytes.ok) return { fault: bytes.diagnostics[0]?.detail.replace(/\.$/, '') ?? `${file} cannot be read` };
  return {
    text: bytes.value
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .replaceAll(control, ''),
  };
};

/** Reads a report of tests: XML as JUnit, anything else as TAP. */
export const readReport = async (directory: string, file: string): Promise<TestReport> => {
  const found = await reportText(directory, file);
  if ('fault' in found) return found;
  if (found.text.trim() === '') return { fault: `${file} is empty` };
  if (found.text.trimStart().startsWith('<')) return readJunit(found.text, file);
  return isTap(found.text) ? readTap(found.text) : { fault: `${file} is neither JUnit XML nor TAP` };
};
