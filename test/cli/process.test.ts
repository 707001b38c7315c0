import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../support/servers.ts';

const root = join(import.meta.dirname, '../..');
const program = join(root, 'dist/main.js');

// The program as it is installed; `npm test` builds it first.
describe.skipIf(!existsSync(program))('the built program (dist/main.js; skipped where it is not built)', () => {
  test('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const { stdout, stderr, status } = spawnSync(process.execPath, [program, '--version'], { encoding: 'utf8' });
    expect({ stdout, stderr, status }).toEqual({ stdout: `${version}\n`, stderr: '', status: 0 });
  });

  test('says nothing when its reader has gone away', async () => {
    const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += String(chunk);
    });
    const [code] = await once(child, 'close');
    expect({ code, complaints }).toEqual({ code: 0, complaints: '' });
  });

  test('begins with what any Node has by name, so that an old one gets as far as being told', () => {
    const text = readFileSync(program, 'utf8');
    const imports = [...text.matchAll(/^import (.*) from "(.*)";$/gm)].map(([, names, from]) => `${from}: ${names}`);
    expect(imports.sort()).toEqual([
      'node:fs: { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync }',
      'node:module: module, { createRequire }',
      'node:path: { basename, dirname, join }',
      'node:vm: vm',
    ]);
  });

  test('ends with the exit code of what went wrong', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'plam'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('[usage-command-unknown]');
  });
});

// From its source, so that it needs no build. What is open for reading only cannot be written, like a disk that is full.
test.each([['--version'], ['--help']])('%s without an output that can be written says so in one line', (flag) => {
  const file = join(temporaryDirectory(), 'output');
  writeFileSync(file, '');
  const output = openSync(file, 'r');
  const { stderr, status } = spawnSync(process.execPath, [join(root, 'engine/main.ts'), flag], {
    encoding: 'utf8',
    stdio: ['ignore', output, 'pipe'],
  });
  closeSync(output);
  expect({ stderr, status }).toEqual({
    stderr: 'Error: Standard output cannot be written (EBADF). [output-unwritable]\n',
    status: 1,
  });
});
