import { execFile } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Arrangement } from './project.ts';
import { createRepository, type TestRepository } from './repository.ts';
import { freshDatabase, temporaryDirectory } from './servers.ts';

/** One command of a scenario and what it must print, standard output and error together in that order. */
export interface ScenarioStep {
  readonly command: string;
  readonly exit: number;
  readonly output: string;
}

/**
 * A scenario as a page of text: a title, the project it starts from (`project: NAME`), and commands with what they print:
 *
 *     $ m3forge plan --detailed-exitcode
 *     Plan: 1 to add, …
 *     [exit 2]
 */
export interface Scenario {
  readonly title: string;
  readonly project: string;
  readonly arrangements: readonly Arrangement[];
  readonly steps: readonly ScenarioStep[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
export const scenariosDirectory = join(root, 'test/scenarios');
const main = join(root, 'dist/main.js');

const exitLine = /\n?\[exit (\d+)\]\s*$/;

const parseStep = (block: string): ScenarioStep => {
  const end = block.indexOf('\n');
  const command = block.slice(0, end === -1 ? undefined : end).trim();
  const rest = end === -1 ? '' : block.slice(end + 1);
  const exit = Number(exitLine.exec(rest)?.[1] ?? 0);
  return { command, exit, output: rest.replace(exitLine, '').trimEnd() };
};

export const parseScenario = (text: string): Scenario => {
  const [head = '', ...blocks] = text.split(/^\$ /m);
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(head)?.[1];
  return {
    title: head.split('\n')[0] ?? '',
    project: field('project') ?? 'invoices',
    arrangements: (field('on')?.split(' ') ?? ['schemas']) as readonly Arrangement[],
    steps: blocks.map(parseStep),
  };
};

export const formatScenario = (original: string, outcomes: readonly ScenarioStep[]): string => {
  const [head = ''] = original.split(/^\$ /m);
  const steps = outcomes.map(({ command, exit, output }) =>
    ['$ ', command, '\n', output ? `${output}\n` : '', exit === 0 ? '' : `[exit ${exit}]\n`].join(''),
  );
  return `${head}${steps.join('\n')}`;
};

/** What differs from one run to the next, named by what it is. */
const normalise = (text: string, directory: string): string =>
  text
    .replaceAll(directory, '<project>')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '<id>')
    .replaceAll(/\b[0-9a-f]{64}\b/g, '<digest>')
    .replaceAll(/\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z?( UTC)?/g, '<time>')
    .replaceAll(/\b\d+(\.\d+)? ?(ms|s)\b/g, '<duration>')
    .replaceAll(/(embedded|\d+\/test_\w+)\/(?=development|production)/g, '<database>/')
    .replaceAll(/\b\d+ bytes\b/g, '<bytes>')
    .replaceAll(/\bpid \d+ on \S+/g, 'pid <pid> on <host>')
    .replaceAll(`${userInfo().username}@${hostname()}`, '<user>@<host>')
    .replaceAll(/\b[0-9a-f]{8}\b/g, '<id>')
    .replaceAll(/\b(127\.0\.0\.1|localhost):\d+\/test_\w+/g, '<server>')
    .split('\n')
    // The columns of a table are as wide as what was replaced in them.
    .map((line) =>
      (/<time>|^release {2}|^target {2}/.test(line) ? line.replaceAll(/(?<=\S) {2,}/g, '  ') : line).trimEnd(),
    )
    .join('\n')
    .trim();

const commitFolder = (repository: TestRepository, folder: string, tag: string): void => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  repository.commit(
    Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')])),
    tag,
  );
};

const shim = (file: string, line: string): void => {
  writeFileSync(file, `#!/bin/sh\n${line}\n`);
  chmodSync(file, 0o755);
};

/** Makes a project's directory, with its history in Git, its databases, and `m3forge` and `sql` to be called in it. */
export const prepareProject = async (
  scenario: Pick<Scenario, 'project'>,
  arrangement: Arrangement,
): Promise<string> => {
  const directory = temporaryDirectory();
  const source = join(scenariosDirectory, 'projects', scenario.project);
  const repository = createRepository(directory);
  const state = arrangement === 'embedded' ? 'embedded' : await freshDatabase();
  const urls = new Map<string, string>();
  const urlOf = async (name: string): Promise<string> => {
    const known = urls.get(name) ?? (arrangement === 'databases' ? await freshDatabase() : state);
    urls.set(name, known);
    return known;
  };
  for (const name of ['development', 'production']) await urlOf(name);
  // Passwords come from the environment, as they should.
  const expression = (name: string, url: string): string => (url === 'embedded' ? url : `"\${env.${name}}"`);
  const config = readFileSync(join(source, 'm3forge.yaml'), 'utf8')
    .replace('STATE_DATABASE', expression('STATE_URL', state))
    .replaceAll(/DATABASE_OF_(\w+)/g, (_, name: string) => {
      const url = expression(`URL_${name}`, urls.get(name) ?? '');
      return `{ url: ${url}, schema: ${name} }`;
    });
  writeFileSync(join(directory, 'm3forge.yaml'), config);
  const versions = readdirSync(source)
    .filter((name) => /^v\d/.test(name))
    .sort();
  for (const version of versions) commitFolder(repository, join(source, version), version);
  const node = process.execPath;
  const exports = [['STATE_URL', state], ...[...urls].map(([name, url]) => [`URL_${name}`, url])];
  const variables = exports.map(([name, value]) => `export ${name}='${value}'`).join('\n');
  shim(join(directory, 'm3forge'), `${variables}\nexec '${node}' '${main}' "$@"`);
  shim(
    join(directory, 'sql'),
    `exec '${node}' --no-warnings '${join(root, 'test/support/sql.ts')}' '${urls.get('development')}' '${directory}' "$@"`,
  );
  return directory;
};

/** Runs a line of shell in a prepared project, as alice in CI. */
export const runCommand = (
  command: string,
  directory: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Omit<ScenarioStep, 'command'>> =>
  new Promise((resolve) => {
    const env = {
      PATH: `${directory}:${process.env.PATH ?? ''}`,
      HOME: directory,
      NO_COLOR: '1',
      CI: '1',
      M3FORGE_ACTOR: 'alice',
      ...variables,
    };
    execFile('/bin/bash', ['-c', command], { cwd: directory, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      // A shell says 128 + 9 of a child that was killed; it may also have become that child itself.
      const exit = error?.signal === 'SIGKILL' ? 137 : Number(error?.code ?? 0);
      resolve({ exit, output: normalise(`${stdout}${stderr}`, directory) });
    });
  });

/** Runs every command of a scenario and returns what really happened. */
export const runScenario = async (scenario: Scenario, arrangement: Arrangement): Promise<readonly ScenarioStep[]> => {
  if (!existsSync(main)) throw new Error('dist/main.js is missing: run "npm run build" first');
  const directory = await prepareProject(scenario, arrangement);
  const outcomes: ScenarioStep[] = [];
  for (const { command } of scenario.steps) outcomes.push({ command, ...(await runCommand(command, directory)) });
  return outcomes;
};
