import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Estate, workflowPath, workflowText } from './estate.ts';
import { run, type Taken } from './process.ts';
import { once, type Repeats } from './repeat.ts';

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
  readonly repeats: Repeats;
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
      { name: 'first apply', repeats: once, timed: up },
      // It has no plan: bringing nothing is what comes next to one.
      { name: 'no-op plan', repeats: once, timed: up },
      {
        name: 'apply of one change',
        repeats: once,
        timed: () => {
          write([...bodies(1, 2), ...bodies(size).slice(1)]);
          return up();
        },
      },
    ]);
  },
});

/**
 * What is typed after one file was changed in a clone: Git looks at every file. Those that are as new as its index it would
 * read as well, so they are made older.
 */
const diffOfClone = async (
  { size }: Estate,
  repository: string,
  workspace: string,
  repeats: Repeats,
): Promise<PeerMeasure> => {
  const clone = join(workspace, `clone-${size}`);
  await run('git', ['clone', '--quiet', '--shared', repository, clone]);
  const longAgo = new Date('2026-01-01');
  for (let index = 0; index < size; index += 1) utimesSync(join(clone, workflowPath(index)), longAgo, longAgo);
  appendFileSync(join(clone, workflowPath(0)), '\n');
  const git = (...args: readonly string[]): Promise<Taken> => run('git', ['-C', clone, ...args]);
  await git('status');
  return { name: 'git diff --stat, one file of a clone', repeats, timed: () => git('diff', '--stat') };
};

/** Nobody needs more files on the disk, nor in one text. */
const mostTexts = 10_000;

/** What any program in its place would have to do at least. */
export const floors = (repeats: Repeats, psqlUrl: (() => Promise<string>) | undefined): Peer => ({
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
    const texts = bodies(Math.min(estate.size, mostTexts));
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
    const ofAll: readonly PeerMeasure[] = [
      { name: 'node -e 0', repeats, timed: node('0') },
      { name: 'git ls-tree', repeats, timed: git('ls-tree', '-r', 'v1.0.0') },
      { name: 'git diff --stat, 1 %', repeats, timed: git('diff', '--stat', 'v1.0.0', 'v1.1.0') },
      { name: 'git diff --stat, one file', repeats, timed: git('diff', '--stat', 'v1.1.0', 'v1.2.0') },
    ];
    if (estate.size > mostTexts) return ofAll;
    return [
      ...ofAll,
      await diffOfClone(estate, repository, workspace, repeats),
      { name: 'JSON.parse of all', repeats, timed: node(parse) },
      ...(psqlUrl ? [await copyOf(await psqlUrl(), rows, repeats)] : []),
    ];
  },
});

const copyOf = async (url: string, rows: string, repeats: Repeats): Promise<PeerMeasure> => {
  const psql = (command: string): Promise<Taken> => run('psql', ['--no-psqlrc', '--quiet', url, '-c', command]);
  await psql('create table bench (id integer primary key, body jsonb)');
  return {
    name: 'psql \\copy of all',
    repeats,
    timed: async () => {
      await psql('truncate bench');
      return psql(`\\copy bench from '${rows}'`);
    },
  };
};
