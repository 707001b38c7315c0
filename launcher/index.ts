#!/usr/bin/env node
/**
 * What `dist/main.js` is made from: it starts the program of `engine/`, with the code that an earlier run has kept.
 *
 * Promises that a Node which is too old is told so in one sentence, and that whatever cannot be kept or read is done without.
 * It imports nothing of the program, so that an old Node gets as far as that sentence, and nothing that one may lack.
 */
import module from 'node:module';
import { join } from 'node:path';
import { createLoader } from './loader.ts';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `m3forge needs Node 22.19 or newer, and this is ${process.versions.node}.\n` +
      'In a clone, "npx m3forge" uses the newer Node that "npm ci" has installed.\n',
  );
  process.exitCode = 1;
} else {
  // Beside the program, where only its owner writes: the default is a directory that all users of the machine share.
  const cache = join(import.meta.dirname, 'compile-cache');
  const isWanted = process.env.NODE_DISABLE_COMPILE_CACHE === undefined;
  if (isWanted) module.enableCompileCache(cache);
  const loader = createLoader(isWanted ? join(cache, 'program') : undefined);
  process.once('exit', (code) => {
    // Help calls next to nothing of what the same command calls, and ends as well.
    const isHelp = process.argv.some((argument) => argument === '--help' || argument === '-h');
    if (!isHelp) loader.keep(code);
  });
  loader.load(join(import.meta.dirname, 'program/main.cjs'));
}
