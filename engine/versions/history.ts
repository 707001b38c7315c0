import type { System } from '../system/index.ts';
import { linesOf, readLog } from './commit-log.ts';
import type { Git } from './git.ts';
import { createMainLine, type MainLine } from './main-line.ts';
import { wholeId } from './object-id.ts';
import { type OwnOptions, openOwn } from './own-repository.ts';
import type { CommitOnTheWay } from './pull-request.ts';

/** The commits from one version to the next. */
export interface Way {
  /** Newest first. */
  readonly commits: readonly CommitOnTheWay[];
  /** How many older ones there are besides, which are not told. */
  readonly leftOut: number;
}

/** What came before and after what, in a repository of this machine. Commits are whole ids. */
export interface History extends MainLine {
  readonly label: string;
  /** Whether it holds only the end of its history, so that nobody can tell which versions came before. */
  readonly isShallow: () => Promise<boolean>;
  /** The names of all tags that lead to this commit or to one before it; without those that `base` has, where it is given. */
  readonly tagsUpTo: (commit: string, base?: string) => Promise<readonly string[]>;
  /** The names of all tags that lead to this commit or to one after it. */
  readonly tagsFrom: (commit: string) => Promise<readonly string[]>;
  /** The commits after `base` up to `commit`, along the first parents; all of them without a base. */
  readonly commitsSince: (base: string | undefined, commit: string) => Promise<Way>;
  /** Which of these are here. */
  readonly present: (commits: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Which of the candidates are one of `ends` or come before one; what is not here any more does not. */
  readonly upTo: (ends: readonly string[], candidates: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The trees of commits, and of their first parents; null for a commit that has none. What is not here is left out. */
  readonly trees: (commits: readonly string[]) => Promise<ReadonlyMap<string, Trees>>;
  /** Those of the commits here that come before none of the others: one where all lie on one line. */
  readonly newestOf: (commits: readonly string[]) => Promise<readonly string[]>;
}

/** What a commit made of the files: ids of trees. */
export interface Trees {
  readonly before: string | null;
  readonly after: string;
}

/** More commits than these are not told of one version. */
const mostCommits = 2000;

const tagNames = async (git: Git, ...conditions: readonly string[]): Promise<readonly string[]> =>
  linesOf(await git.read(['for-each-ref', '--format=%(refname)', ...conditions, 'refs/tags'])).map((name) =>
    name.slice('refs/tags/'.length),
  );

const commitsSince = async (git: Git, base: string | undefined, commit: string): Promise<Way> => {
  const range = base === undefined ? commit : `${base}..${commit}`;
  const commits = await readLog(git, ['--first-parent', `--max-count=${mostCommits}`, range, '--']);
  if (commits.length < mostCommits) return { commits, leftOut: 0 };
  const counted = await git.read(['rev-list', '--count', '--first-parent', range, '--']);
  return { commits, leftOut: Number(counted.toString('utf8')) - commits.length };
};

const asInput = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

const wholeIds = (commits: readonly string[]): readonly string[] =>
  [...new Set(commits)].filter((id) => wholeId.test(id));

/** The ids that names lead to, in their order; undefined for what is not here. One command for all of them. */
const objectsOf = async (git: Git, names: readonly string[]): Promise<readonly (string | undefined)[]> => {
  if (names.length === 0) return [];
  const lines = linesOf(await git.read(['cat-file', '--batch-check=%(objectname)'], [], asInput(names)));
  return lines.map((line) => (wholeId.test(line) ? line : undefined));
};

const present = async (git: Git, commits: readonly string[]): Promise<ReadonlySet<string>> => {
  const ids = wholeIds(commits);
  const found = await objectsOf(
    git,
    ids.map((id) => `${id}^{commit}`),
  );
  return new Set(ids.filter((_, index) => found[index] !== undefined));
};

/** Two commands for all of them: what is here, and what of that no end leads to. */
const upTo = async (git: Git, ends: readonly string[], candidates: readonly string[]): Promise<ReadonlySet<string>> => {
  const here = await present(git, [...ends, ...candidates]);
  const [wanted, leading] = [candidates, ends].map((ids) => wholeIds(ids).filter((id) => here.has(id)));
  if (!wanted || !leading || wanted.length === 0 || leading.length === 0) return new Set();
  const input = asInput([...wanted, ...leading.map((id) => `^${id}`)]);
  const beyond = new Set(linesOf(await git.read(['rev-list', '--stdin'], [], input)));
  return new Set(wanted.filter((id) => !beyond.has(id)));
};

const treesOf = async (git: Git, commits: readonly string[]): Promise<ReadonlyMap<string, Trees>> => {
  const ids = wholeIds(commits);
  const trees = await objectsOf(
    git,
    ids.flatMap((id) => [`${id}^{tree}`, `${id}^1^{tree}`]),
  );
  return new Map(
    ids.flatMap((id, index): readonly (readonly [string, Trees])[] => {
      const [after, before = null] = trees.slice(index * 2, index * 2 + 2);
      return after === undefined ? [] : [[id, { before, after }]];
    }),
  );
};

const newestOf = async (git: Git, commits: readonly string[]): Promise<readonly string[]> => {
  const here = [...(await present(git, commits))];
  return here.length < 2 ? here : linesOf(await git.read(['merge-base', '--independent', ...here]));
};

/** Opens the history of the repository that `source.repository` names. Throws `version-source-elsewhere`. */
export const openHistory = async (system: System, options: OwnOptions): Promise<History> => {
  const { git, label } = await openOwn(system, options);
  return {
    ...createMainLine(git, label),
    label,
    isShallow: async () =>
      (await git.read(['rev-parse', '--is-shallow-repository'])).toString('utf8').trim() === 'true',
    tagsUpTo: (commit, base) =>
      tagNames(git, `--merged=${commit}`, ...(base === undefined ? [] : [`--no-merged=${base}`])),
    tagsFrom: (commit) => tagNames(git, `--contains=${commit}`),
    commitsSince: (base, commit) => commitsSince(git, base, commit),
    present: (commits) => present(git, commits),
    upTo: (ends, candidates) => upTo(git, ends, candidates),
    trees: (commits) => treesOf(git, commits),
    newestOf: (commits) => newestOf(git, commits),
  };
};
