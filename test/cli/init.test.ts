import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createFiles } from '../../engine/config/index.ts';
import { createRepository } from '../support/repository.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { run } from './run.ts';

const env = { PATH: process.env.PATH ?? '' };
const filesIn = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .filter((path) => !path.startsWith('.git/'))
    .sort();

const init = async (cwd: string, ...args: readonly string[]) => {
  const { stdout, stderr, exitCode } = await run(['init', ...args, '--json'], { cwd, env });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return JSON.parse(stdout);
};

test('a new project is valid, in canonical form, and says what to do next', async () => {
  const parent = temporaryDirectory();
  const { stdout, exitCode } = await run(['init', "Anna's invoices"], { cwd: parent, env });
  const cwd = join(parent, "Anna's invoices");
  expect(exitCode).toBe(0);
  expect(stdout.replaceAll(cwd, '<project>')).toBe(`Made in <project>:
  + m3forge.yaml
  + workflows/read-document.json
  + .gitignore
  + m3forge.schema.json

A version is a tag of the repository. To release the first one:

    cd 'Anna'\\''s invoices'
    git init --quiet
    git add m3forge.yaml workflows/read-document.json .gitignore m3forge.schema.json
    git commit --quiet --message "Begin with m3forge"
    git tag --annotate v0.1.0 --message "The first version of m3forge"
    m3forge plan
    m3forge apply

An editor with a YAML language server completes and checks m3forge.yaml by ./m3forge.schema.json.
`);
  expect(readFileSync(join(cwd, 'm3forge.yaml'), 'utf8')).toContain('\nproject: Anna-s-invoices\n');
  expect(readFileSync(join(cwd, '.gitignore'), 'utf8')).toBe('.m3forge/\n.m3forge-backups/\n');
  expect((await run(['validate'], { cwd })).stdout).toContain('Valid: 1 artifact.');
  expect((await run(['fmt', '--check'], { cwd })).exitCode).toBe(0);
});

test('the copy of the schema is the schema of this program', async () => {
  const cwd = temporaryDirectory();
  await init(cwd);
  const schema = readFileSync(join(import.meta.dirname, '../../schemas/m3forge.schema.json'), 'utf8');
  expect(JSON.parse(readFileSync(join(cwd, 'm3forge.schema.json'), 'utf8'))).toEqual(JSON.parse(schema));
});

test('a configuration that is there is not touched, and nothing is made beside it', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'm3forge.yaml'), 'mine');
  const { exitCode, stdout, stderr } = await run(['init'], { cwd, env });
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
  expect(stderr).toContain('[init-exists]');
  expect(filesIn(cwd)).toEqual(['m3forge.yaml']);
  expect(readFileSync(join(cwd, 'm3forge.yaml'), 'utf8')).toBe('mine');
});

test('workflows and a .gitignore of one’s own stay as they are, in a repository with versions', async () => {
  const repository = createRepository(temporaryDirectory());
  const cwd = repository.directory;
  repository.commit({ 'workflows/own.json': '{}' }, 'v1.9.0');
  repository.commit({ 'workflows/own.json': '{}' }, 'v1.10.3');
  mkdirSync(join(cwd, 'workflows'));
  writeFileSync(join(cwd, '.gitignore'), '/.m3forge\nnode_modules\n');
  const made = await init(cwd);
  expect(made.created).toEqual(['m3forge.yaml', 'm3forge.schema.json']);
  expect(made.next).toEqual([
    "printf '.m3forge-backups/\\n' >> .gitignore",
    'git add m3forge.yaml m3forge.schema.json .gitignore',
    'git commit --quiet --message "Begin with m3forge"',
    'git tag --annotate v1.11.0 --message "The first version of m3forge"',
    'm3forge plan',
    'm3forge apply',
  ]);
});

test('where the package is installed, its schema is named, and no copy made', async () => {
  const parent = temporaryDirectory();
  mkdirSync(join(parent, 'node_modules/m3forge/schemas'), { recursive: true });
  writeFileSync(join(parent, 'node_modules/m3forge/schemas/m3forge.schema.json'), '{}');
  const made = await init(parent, 'project');
  expect(made.schema).toBe('../node_modules/m3forge/schemas/m3forge.schema.json');
  expect(readFileSync(join(parent, 'project/m3forge.yaml'), 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=\.\.\/node_modules\/m3forge\/schemas\/m3forge\.schema\.json\n/,
  );
  expect(made.created).not.toContain('m3forge.schema.json');
});

describe('init --schema', () => {
  const file = 'm3forge.schema.json';

  test('writes the schema alone, and over an older edition of it', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'm3forge.yaml'), 'mine');
    await init(cwd, '--schema');
    const whole = readFileSync(join(cwd, file), 'utf8');
    writeFileSync(join(cwd, file), whole.slice(0, 400));
    expect((await run(['init', '--schema'], { cwd, env })).stdout).toBe(`Written: ${file}\n`);
    expect(readFileSync(join(cwd, file), 'utf8')).toBe(whole);
    expect(filesIn(cwd)).toEqual([file, 'm3forge.yaml']);
  });

  test('never over anything else', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, file), '{"title": "somebody else\'s"}');
    const { exitCode, stderr } = await run(['init', '--schema'], { cwd, env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[output-unwritable]');
    expect(readFileSync(join(cwd, file), 'utf8')).toContain('somebody');
  });
});

test('a directory that cannot be made is one diagnostic', async () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, 'file'), '');
  for (const directory of ['file', 'file/below']) {
    const { exitCode, stderr } = await run(['init', directory], { cwd, env });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('[output-unwritable]');
  }
});

test('what was made is taken away again where one of the files cannot be', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'taken'), 'mine');
  const files = ['first', 'folder/second', 'taken'].map((path) => ({ path, text: 'new' }));
  await expect(createFiles(directory, files)).rejects.toThrow('output-unwritable');
  expect(readdirSync(directory)).toEqual(['taken']);
  expect(readFileSync(join(directory, 'taken'), 'utf8')).toBe('mine');
});

test('without Git everything is made all the same, and it is said what is missing', async () => {
  const cwd = temporaryDirectory();
  const { exitCode, stderr, stdout } = await run(['init'], { cwd, env: { PATH: '/nowhere' } });
  expect(exitCode).toBe(0);
  expect(stderr).toContain('Warning');
  expect(stderr).toContain('[git-missing]');
  expect(stdout).toContain('+ m3forge.yaml');
});

test('another file than m3forge.yaml is refused', async () => {
  const { exitCode, stderr } = await run(['init', '--config', 'other.yaml'], { cwd: temporaryDirectory(), env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('[usage-flags-conflict]');
});

test('more than one directory is refused', async () => {
  const { exitCode, stderr } = await run(['init', 'a', 'b'], { cwd: temporaryDirectory(), env });
  expect(exitCode).toBe(1);
  expect(stderr).toContain('[usage-arguments]');
});
