import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Estate, workflowText } from './estate.ts';
import { run, type Taken } from './process.ts';

/** Something else that does the same, or the least that anything could do. */
export interface Peer {
  readonly name: string;
  /** Sizes of estates above this would take longer than anybody waits. */
  readonly largest: number;
  /** Returns what is timed, by the measure that it is held against. */
  readonly prepare: (estate: Estate, workspace: string) => Promise<readonly PeerMeasure[]>;
}

export interface PeerMeasure {
  readonly name: string;
  /** 1 where it can be done only once. */
  readonly runs: number;
  readonly timed: () => Promise<Taken>;
  /** What comes after it needs nothing of it: it may be ended before its time. */
  readonly standsAlone?: boolean;
}

export const isThere = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

export const bodies = (size: number, edition = 0): readonly string[] =>
  Array.from({ length: size }, (_, index) => workflowText(index, edition));

const declared = join(import.meta.dirname, 'peers');
/** Beside what else is installed, where no check of this repository looks. */
const installed = join(import.meta.dirname, '../../node_modules/.cache/m3forge-bench/peers');

export const isAlchemyThere = (): boolean => existsSync(join(installed, 'node_modules/alchemy'));

/** Installs the peers that npm has, as their lock file says, without running anything of theirs. */
export const installPeers = async (): Promise<void> => {
  cpSync(declared, installed, { recursive: true });
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await run('npm', ['ci', ...flags], { cwd: installed, env: { HOME: process.env.HOME ?? '' } });
};

/** The same documents as resources of TypeScript, their state in files, and nothing told to anybody. */
export const alchemy = (largest: number, longestMs: number): Peer => ({
  name: 'alchemy',
  largest,
  prepare: ({ size }, workspace) => {
    const directory = join(workspace, `alchemy-${size}`);
    mkdirSync(directory, { recursive: true });
    const documents = join(directory, 'documents.json');
    const write = (texts: readonly string[]): void => writeFileSync(documents, `[${texts.join(',')}]`);
    write(bodies(size));
    const env = { HOME: directory, ALCHEMY_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };
    const args = [join(installed, 'alchemy-stack.mjs'), documents, join(directory, 'state')];
    const up = (): Promise<Taken> => run(process.execPath, args, { cwd: directory, env, timeoutMs: longestMs });
    return Promise.resolve([
      { name: 'first apply', runs: 1, timed: up },
      // It has no plan: bringing nothing is what comes next to one.
      { name: 'no-op plan', runs: 1, timed: up },
      {
        name: 'apply of one change',
        runs: 1,
        timed: () => {
          write([...bodies(1, 2), ...bodies(size).slice(1)]);
          return up();
        },
      },
    ]);
  },
});

/**
 * What somebody types who has changed one file in a clone, and wants to see what: Git looks at every file for it. In a clone
 * that was made a moment ago it would read them all, because they are no older than its list of them.
 */
const diffOfClone = async ({ size }: Estate, repository: string, clone: string): Promise<PeerMeasure> => {
  await run('git', ['clone', '--quiet', '--shared', repository, clone]);
  const git = (...args: readonly string[]): Promise<Taken> => run('git', ['-C', clone, ...args]);
  const workflow = (index: number): string => join(clone, `workflows/w${index}.json`);
  const longAgo = new Date('2026-01-01');
  for (let index = 0; index < size; index += 1) utimesSync(workflow(index), longAgo, longAgo);
  appendFileSync(workflow(0), '\n');
  await git('status');
  return { name: 'git diff --stat, one file of a clone', runs: 5, timed: () => git('diff', '--stat') };
};

/** What any program in its place would have to do at least. */
export const floors = (psqlUrl: (() => Promise<string>) | undefined): Peer => ({
  name: 'floor',
  largest: Infinity,
  prepare: async (estate, workspace) => {
    const repository = join(estate.directory, 'repository');
    const git =
      (...args: readonly string[]): (() => Promise<Taken>) =>
      () =>
        run('git', ['-C', repository, ...args]);
    const all = join(workspace, `all-${estate.size}.json`);
    const rows = join(workspace, `all-${estate.size}.tsv`);
    const texts = bodies(Math.min(estate.size, 10_000));
    writeFileSync(all, `[${texts.join(',')}]`);
    writeFileSync(
      rows,
      texts.map((text, index) => `${index}\t${JSON.stringify(JSON.parse(text)).replaceAll('\\', '\\\\')}\n`).join(''),
    );
    const parse = `JSON.parse(require('node:fs').readFileSync(${JSON.stringify(all)}, 'utf8'))`;
    const node =
      (script: string): (() => Promise<Taken>) =>
      () =>
        run(process.execPath, ['-e', script]);
    return [
      { name: 'node -e 0', runs: 5, timed: node('0') },
      { name: 'git ls-tree', runs: 5, timed: git('ls-tree', '-r', 'v1.0.0') },
      { name: 'git diff --stat, 1 %', runs: 5, timed: git('diff', '--stat', 'v1.0.0', 'v1.1.0') },
      { name: 'git diff --stat, one file', runs: 5, timed: git('diff', '--stat', 'v1.1.0', 'v1.2.0') },
      ...(estate.size <= 10_000
        ? [await diffOfClone(estate, repository, join(workspace, `clone-${estate.size}`))]
        : []),
      ...(estate.size <= 10_000 ? [{ name: 'JSON.parse of all', runs: 3, timed: node(parse) }] : []),
      ...(psqlUrl && estate.size <= 10_000 ? [await copyOf(await psqlUrl(), rows)] : []),
    ];
  },
});

const copyOf = async (url: string, rows: string): Promise<PeerMeasure> => {
  const psql = (command: string): Promise<Taken> => run('psql', ['--no-psqlrc', '--quiet', url, '-c', command]);
  await psql('create table bench (id integer primary key, body jsonb)');
  return {
    name: 'psql \\copy of all',
    runs: 3,
    timed: async () => {
      await psql('truncate bench');
      return psql(`\\copy bench from '${rows}'`);
    },
  };
};
