import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLoader } from '../../launcher/loader.ts';
import { temporaryDirectory } from '../support/servers.ts';

/** Enough of it for its code to be worth keeping. */
const ballast = Array.from({ length: 400 }, (_, index) => `const unused${index} = () => ${index};`).join('\n');

const greeting = (name: string): string => `${ballast}
exports.greet = () => ['hello', '${name}'].join(' ');
exports.deep = () => { const inside = () => ['deep', 'inside'].filter((word) => word !== '').join(' '); return inside(); };
exports.later = () => require('./more-01234567.cjs').more();
`;
const more = `${ballast}
exports.more = () => require('./main-abcdefgh.cjs').greet() + ' again';
`;

interface Greeter {
  readonly greet: () => string;
  readonly deep: () => string;
  readonly later: () => string;
}

/** What a process of its own says: V8 takes no code from a file for what it has compiled in this process already. */
const runner = `
import { createLoader } from ${JSON.stringify(join(import.meta.dirname, '../../launcher/loader.ts'))};
const [main, cache, asked, ending] = process.argv.slice(1);
const loader = createLoader(cache);
process.stdout.write(loader.load(main)[asked]());
loader.keep(Number(ending));
`;

const createProgram = () => {
  const directory = temporaryDirectory();
  const [main, cache] = [join(directory, 'main-abcdefgh.cjs'), join(directory, 'cache')];
  const write = (text: string): void => writeFileSync(main, text);
  write(greeting('Ada'));
  writeFileSync(join(directory, 'more-01234567.cjs'), more);
  const start = () => {
    const loader = createLoader(cache);
    return { ...loader, program: loader.load(main) as Greeter };
  };
  const run = (asked: keyof Greeter = 'greet', ending = 0): string => {
    const args = ['--no-warnings', '--input-type=module', '--eval', runner, main, cache, asked, String(ending)];
    const { stdout, status, signal } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return status === 0 ? stdout : `ended by ${signal ?? status}`;
  };
  const kept = (): readonly string[] =>
    readdirSync(cache, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  return { directory, cache, write, start, run, kept };
};

test('a file is run once, whoever asks for it, and Node is asked for what is no file of the program', () => {
  const { start, directory } = createProgram();
  const { load, program } = start();
  expect(program.later()).toBe('hello Ada again');
  expect(load(join(directory, 'main-abcdefgh.cjs'))).toBe(program);
  writeFileSync(join(directory, 'asks.cjs'), "exports.name = require('node:path').basename(__filename);");
  expect(load(join(directory, 'asks.cjs'))).toEqual({ name: 'asks.cjs' });
});

test('code is kept with what was called, and again when a file comes with what nobody has called before', () => {
  const { run, kept } = createProgram();
  run();
  const [code = '', ...others] = kept();
  expect(others).toEqual([]);
  const before = statSync(code);

  expect(run()).toBe('hello Ada');
  expect(statSync(code).mtimeMs).toBe(before.mtimeMs);

  expect(run('later')).toBe('hello Ada again');
  expect(kept()).toHaveLength(2);
  expect(statSync(code).size).toBeGreaterThan(before.size);
  expect(run('later')).toBe('hello Ada again');
});

test('code is kept again where a command ends as it has not ended before', () => {
  const { run, kept } = createProgram();
  run('greet', 3);
  const [code = ''] = kept();
  const before = statSync(code);
  run('deep', 3);
  expect(statSync(code).mtimeMs).toBe(before.mtimeMs);
  expect(run('deep', 0)).toBe('deep inside');
  expect(statSync(code).size).toBeGreaterThan(before.size + 100);
  const after = statSync(code);
  run('greet', 3);
  run('greet', 0);
  expect(statSync(code).mtimeMs).toBe(after.mtimeMs);
});

test('of a file that has changed, however little, nothing that was kept is run', () => {
  const { run, write } = createProgram();
  expect(run()).toBe('hello Ada');
  write(greeting('Bob'));
  expect(run()).toBe('hello Bob');
  expect(run()).toBe('hello Bob');
});

test('what a disk has damaged is not run', () => {
  const { run, kept } = createProgram();
  run();
  const [code = ''] = kept();
  const whole = readFileSync(code);
  const places = Array.from({ length: 12 }, (_, index) => Math.floor((whole.length * index) / 12));
  for (const at of [...places, whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 0x10, at);
    writeFileSync(code, damaged);
    expect(run(), `damaged at ${at}`).toBe('hello Ada');
  }
  for (const length of [0, 3, 30, whole.length - 1]) {
    writeFileSync(code, whole.subarray(0, length));
    expect(run(), `cut off at ${length}`).toBe('hello Ada');
  }
  // What was no good has been written anew.
  expect(readFileSync(code).length).toBeGreaterThan(whole.length - 100);
});

test('where nothing can be kept, or shall be, everything runs all the same', () => {
  const { start, cache, directory } = createProgram();
  writeFileSync(cache, 'a file in the place of the folder');
  const hindered = start();
  expect(hindered.program.later()).toBe('hello Ada again');
  hindered.keep(0);
  expect(readFileSync(cache, 'utf8')).toBe('a file in the place of the folder');

  const unwanted = createLoader(undefined);
  expect((unwanted.load(join(directory, 'main-abcdefgh.cjs')) as Greeter).greet()).toBe('hello Ada');
  unwanted.keep(0);
});

test('where a file cannot take its place, nothing is left of it', () => {
  const { run, kept } = createProgram();
  run();
  const [code = ''] = kept();
  rmSync(code);
  mkdirSync(join(code, 'a folder with its name'), { recursive: true });
  expect(run('deep')).toBe('deep inside');
  expect(kept()).toEqual([]);
});

test('a file that failed is not taken for one that is there', () => {
  const { directory } = createProgram();
  const failing = join(directory, 'failing.cjs');
  writeFileSync(failing, 'exports.half = true; throw new Error("not now");');
  const { load } = createLoader(undefined);
  expect(() => load(failing)).toThrow('not now');
  expect(() => load(failing)).toThrow('not now');
});

test('a syntax error or an exception names the file and the place', () => {
  const { directory } = createProgram();
  const broken = join(directory, 'broken.cjs');
  writeFileSync(broken, 'const fail = () => { throw new Error("no"); };\nfail();');
  expect(() => createLoader(undefined).load(broken)).toThrow('no');
  try {
    createLoader(undefined).load(broken);
  } catch (error) {
    expect((error as Error).stack).toContain(`${broken}:1:28`);
    expect((error as Error).stack).toContain(`${broken}:2:1`);
  }
});
