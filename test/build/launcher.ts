#!/usr/bin/env node
import module from 'node:module';
import { join } from 'node:path';

// This file becomes dist/main.js. It imports nothing of the program, so that an old Node gets as far as the sentence below
// and the compile cache is on before the first chunk is compiled.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(
    `m3forge needs Node 22.19 or newer, and this is ${process.versions.node}.\n` +
      'In a clone, "npx m3forge" uses the newer Node that "npm ci" has installed.\n',
  );
  process.exitCode = 1;
} else {
  // Beside the program, where only its owner writes: the default is a directory that all users of the machine share.
  module.enableCompileCache(join(import.meta.dirname, 'compile-cache'));
  await import('../../engine/main.ts');
}
