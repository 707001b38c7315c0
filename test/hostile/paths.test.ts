import { execFileSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Invocation } from '../../engine/cli/invocation.ts';
import { writeOutputFile } from '../../engine/cli/write-file.ts';
import { lockDirectory } from '../../engine/database/directory-lock.ts';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { readRange } from '../../providers/filesystem/reading.ts';
import { run } from '../cli/run.ts';
import { createRepository } from '../support/repository.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';

const canary = 'canary-b7e2f0c4';
const pipeMaker = 'mkfifo';
const project = 'version: 1\nproject: x\n';

/** A directory with one of everything that can stand where a file is expected, and a secret outside of it. */
const createTrap = () => {
  const parent = temporaryDirectory();
  const directory = join(parent, 'project');
  const at = (name: string): string => join(directory, name);
  mkdirSync(at('folder'), { recursive: true });
  writeFileSync(join(parent, 'secret'), `${canary}: [\n`);
  symlinkSync('../secret', at('link'));
  symlinkSync('circle', at('circle'));
  symlinkSync('nowhere', at('dangling'));
  symlinkSync('..', at('up'));
  execFileSync(pipeMaker, [at('pipe')]);
  writeFileSync(at('sparse'), '');
  truncateSync(at('sparse'), 2 ** 40);
  writeFileSync(at('control'), `\u001b[2J${canary}\u0000`);
  return { parent, directory, at };
};

const trap = createTrap();

/** Where a path may lead, and no file to be read, or to be shown, ever is. */
const bad: readonly string[] = [
  ...['../secret', '../../../../../../etc/passwd', join(trap.parent, 'secret'), 'folder/../../secret', 'C:\\secret'],
  ...['link', 'circle', 'dangling', 'up/secret', 'pipe', 'folder', 'sparse', 'control', 'missing', 'folder/missing'],
  ...['/dev/zero', '/dev/null', '/dev/tty', '/proc/self/environ', '/proc/self/mem', '/proc/self/fd/0', '/dev/fd/99'],
  ...['~/.ssh/id_rsa', '%2e%2e/secret', `${'n'.repeat(300)}`, `${'long/'.repeat(1000)}x`, ' ', '.', '..'],
];

/** Refused with an exit code of ours, without a stack and without a word of what stands in the file. */
const expectRefusal = async (args: readonly string[], code = /^\[?[1-9]/): Promise<void> => {
  const { exitCode, stdout, stderr } = await run(args, { cwd: trap.directory });
  const what = `${args.join(' ').slice(0, 100)}\n${stderr}`;
  expect(String(exitCode), what).toMatch(code);
  expect(stdout + stderr, what).not.toContain('This is a bug');
  expect(stdout + stderr, what).not.toContain('PATH=');
};

describe('what cannot be a file to read is refused', () => {
  test('as the configuration', async () => {
    for (const path of bad) await expectRefusal(['validate', '--config', path], /^[13]$/);
  });

  test('as an included file, without a word of what it holds', async () => {
    for (const path of bad) {
      writeFileSync(trap.at('m3forge.yaml'), `${project}include: [${JSON.stringify(path)}]\n`);
      await expectRefusal(['validate'], /^[13]$/);
      const { stdout, stderr } = await run(['validate', '--json'], { cwd: trap.directory });
      expect(stdout + stderr).not.toMatch(/root:x:0|canary-/);
    }
  });

  test('as the repository', async () => {
    for (const path of bad) {
      writeFileSync(trap.at('m3forge.yaml'), `${project}source: { repository: ${JSON.stringify(path)} }\n`);
      await expectRefusal(['validate', '--ref', 'v1.0.0']);
    }
  });

  test('as a saved plan, to show and to apply', async () => {
    writeFileSync(trap.at('m3forge.yaml'), project);
    for (const path of bad) {
      await expectRefusal(['show', `./${path}`]);
      await expectRefusal(['apply', path]);
    }
  });

  test('as the directory to work in', async () => {
    const directories = new Set(['folder', '.', '..']);
    for (const path of bad.filter((one) => !directories.has(one))) await expectRefusal(['validate', '--chdir', path]);
  });
});

describe('nothing is written', () => {
  const invocation = {
    context: { system: { ...testSystem(), clock: { ...testSystem().clock, monotonicMs: countingClock() } } },
    output: { redact: (text: string) => text },
    pathOf: (path: string) => (path.startsWith('/') ? path : trap.at(path)),
  } as unknown as Invocation;
  const write = (path: string): Promise<string> =>
    writeOutputFile(invocation, path, 'plan', '{}').then(
      () => 'written',
      (error: unknown) => {
        if (error instanceof Refusal) return error.diagnostics[0]?.detail ?? '';
        throw error;
      },
    );

  test('into a device', async () => {
    for (const path of ['/dev/null', '/dev/full', '/dev/zero', '/dev/tty', '/dev/random']) {
      expect(await write(path), path).toMatch(/cannot be written: it is a device/);
    }
    symlinkSync('/dev/full', trap.at('to-device'));
    expect(await write('to-device')).toMatch(/it is a device/);
  });

  test('into a pipe that nobody reads, and it is not waited for for ever', async () => {
    expect(await write('pipe')).toMatch(/nobody reads there \(ENXIO\)/);
  });

  test('over a file that is not ours, or through what leads nowhere', async () => {
    const before = statSync(trap.at('sparse')).mtimeMs;
    for (const path of ['link', 'circle', 'dangling', 'folder', 'sparse', 'control', 'missing/x', '/proc/self/mem']) {
      expect(await write(path), path).toMatch(/cannot be written/);
    }
    expect(statSync(trap.at('sparse')).mtimeMs).toBe(before);
    expect(readFileSync(join(trap.parent, 'secret'), 'utf8')).toBe(`${canary}: [\n`);
  });
});

/** A clock by which every look takes a second: what waits for a moment gives up soon. */
function countingClock(): () => number {
  let now = 0;
  return () => {
    now += 1000;
    return now;
  };
}

test('a pipe in the backup store and in the place of a lock is not waited for', async () => {
  expect(await readRange(trap.directory, 'pipe')).toBeUndefined();
  const directory = trap.at('embedded');
  mkdirSync(directory);
  execFileSync(pipeMaker, [join(directory, 'lock')]);
  const options = { lockTimeoutMs: 0, command: 'test' };
  await expect(lockDirectory(directory, 'embedded', testSystem(), options)).rejects.toThrow(/is in use/);
});

describe('an artifact', () => {
  const validate = async (name: string, content: string | Uint8Array) => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'workflows'));
    writeFileSync(join(directory, 'm3forge.yaml'), `${project}source: { workflows: ["workflows/*"] }\n`);
    writeFileSync(join(directory, 'workflows', name), content);
    return { directory, answer: () => run(['validate', '--json'], { cwd: directory }) };
  };
  const findings = (stdout: string): readonly string[] => {
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly { code: string; range?: object }[] };
    return diagnostics.map(({ code, range }) => (range ? code : `${code} without a position`));
  };
  const good = workflowFile('invoice');

  test.each([
    ['a key that changes prototypes', good.replace('{', '{"__proto__": {"polluted": true},'), 'document-forbidden-key'],
    ['the key of constructors', good.replace('{', '{"constructor": {},'), 'document-forbidden-key'],
    ['a hundred thousand levels', `{"name": ${'['.repeat(100_000)}`, 'document-too-deep'],
    ['levels that close', `{"name": ${'['.repeat(300)}${']'.repeat(300)}}`, 'document-too-deep'],
    ['half a character', `{"name": "\\ud800"}`, 'document-bad-string'],
  ])('with %s is one problem with a position', async (_what, content, code) => {
    const { answer } = await validate('bad.json', content);
    expect(findings((await answer()).stdout)).toEqual([code]);
    expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
  });

  test('of 100 MB is refused by its size, before it is read', async () => {
    const { directory, answer } = await validate('huge.json', '');
    truncateSync(join(directory, 'workflows/huge.json'), 100_000_000);
    const before = process.memoryUsage().rss;
    expect(findings((await answer()).stdout)).toEqual(['file-too-large']);
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000);
  });

  test('of 100 MB in a version is refused as well', async () => {
    const directory = temporaryDirectory();
    const repository = createRepository(directory);
    writeFileSync(join(directory, 'huge'), '');
    truncateSync(join(directory, 'huge'), 100_000_000);
    const id = repository.git([
      '-c',
      'core.compression=0',
      '-c',
      'core.bigFileThreshold=1m',
      'hash-object',
      '-w',
      join(directory, 'huge'),
    ]);
    repository.commit([{ path: 'workflows/huge.json', content: '', id }], 'v1.0.0');
    writeFileSync(join(directory, 'm3forge.yaml'), `${project}source: { repository: repository }\n`);
    const before = process.memoryUsage().rss;
    const { stdout } = await run(['validate', '--ref', 'v1.0.0', '--json'], { cwd: directory });
    expect(findings(stdout)).toEqual(['source-file-too-large']);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

// A pipe that something did wait for would keep this process alive: whatever waits is let go.
afterAll(() => void openSync(trap.at('pipe'), 'r+'));
