import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

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

  test('ends with the exit code of what went wrong', () => {
    const { status, stderr } = spawnSync(process.execPath, [program, 'plam'], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('[usage-command-unknown]');
  });
});
