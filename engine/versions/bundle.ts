import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { refuse } from '../diagnostics/index.ts';
import { systemReason } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { gitAt } from './git.ts';

const digestOfFile = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
};

const fill = async (system: System, file: string, mirror: string, label: string): Promise<void> => {
  const draft = `${mirror}.${system.ids.uuid()}`;
  try {
    // No template, because the user's could bring hooks.
    await gitAt(system, [], label).read(['init', '--quiet', '--bare', '--template=', draft]);
    // Reading a bundle counts as the transport "file"; every other one stays forbidden.
    await gitAt(system, [`--git-dir=${draft}`], label).read(
      ['fetch', '--quiet', '--no-write-fetch-head', file, 'refs/*:refs/*'],
      ['-c', 'protocol.file.allow=always'],
    );
    await rename(draft, mirror).catch((error: NodeJS.ErrnoException) => {
      // Another process was faster, with the same content.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

/**
 * The bare repository that a bundle file was unpacked into, made at first use. It is named by the digest of the file, so
 * that a bundle that changed is another one; it appears under its name only when it is whole.
 */
export const mirrorOfBundle = async (
  system: System,
  file: string,
  cacheDirectory: string,
  label: string,
): Promise<string> => {
  try {
    const mirror = join(cacheDirectory, await digestOfFile(file));
    if (existsSync(mirror)) return mirror;
    await mkdir(cacheDirectory, { recursive: true });
    await fill(system, file, mirror, label);
    return mirror;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || error instanceof RangeError) throw error;
    throw refuse(
      'source-unreadable',
      { detail: `${label} cannot be unpacked for reading: ${systemReason(code)}.` },
      error,
    );
  }
};
