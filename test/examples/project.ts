import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { temporaryDirectory } from '../support/servers.ts';

export const repositoryRoot = join(import.meta.dirname, '../..');
const built = join(repositoryRoot, 'dist/main.js');

export interface Finished {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both streams, for a message. */
  readonly output: string;
}

export interface Project {
  readonly directory: string;
  /** Runs `m3forge` with these words in `directory`, and expects the exit code. */
  readonly m3forge: (line: string, exit?: number) => Finished;
  /** Runs a script of the shell, in which `m3forge` and `npx m3forge` are the program under test. */
  readonly shell: (script: string, exit?: number) => Finished;
}

/** A folder for the PATH: `m3forge` is the program under test, `npx` starts it as npm's own would in a clone. */
const writePrograms = (directory: string, program: string): string => {
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  writeFileSync(join(bin, 'm3forge'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, { mode: 0o755 });
  symlinkSync(process.execPath, join(bin, 'node'));
  return bin;
};

/** A temporary copy of files and folders of this repository, with nothing of the machine's own settings around it. */
export const createProject = (
  files: readonly string[],
  options: {
    readonly variables?: Readonly<Record<string, string>>;
    readonly folder?: string;
    /** The program under test; what was built, where it is not given. */
    readonly program?: string;
  } = {},
): Project => {
  const { program = built } = options;
  if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build" first`);
  const parent = temporaryDirectory();
  const root = join(parent, 'project');
  mkdirSync(root);
  for (const file of files) cpSync(join(repositoryRoot, file), join(root, file), { recursive: true });
  const directory = join(root, options.folder ?? '.');
  const environment = {
    PATH: `${writePrograms(parent, program)}:${process.env.PATH}`,
    HOME: parent,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Test',
    GIT_AUTHOR_EMAIL: 'test@example.com',
    GIT_COMMITTER_NAME: 'Test',
    GIT_COMMITTER_EMAIL: 'test@example.com',
    NO_COLOR: '1',
    ...options.variables,
  };
  const shell = (script: string, exit = 0): Finished => {
    const ended = spawnSync('bash', ['-c', `set -euo pipefail\n${script}`], {
      cwd: directory,
      env: environment,
      encoding: 'utf8',
      input: '',
    });
    const output = `${ended.stdout}${ended.stderr}`;
    expect(ended.status, `${script}\n${output}`).toBe(exit);
    return { exit: ended.status, stdout: ended.stdout, stderr: ended.stderr, output };
  };
  return { directory, shell, m3forge: (line, exit) => shell(`m3forge ${line}`, exit) };
};

/** The files of the quick start: what `npx m3forge plan` works on in a fresh clone. */
export const quickstartFiles = ['m3forge.yaml', 'examples/quickstart/invoices.bundle'];
