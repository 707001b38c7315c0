import { refuse } from '../diagnostics/index.ts';
import { linesOf, readLog } from './commit-log.ts';
import type { Git } from './git.ts';
import { type CommitOnTheWay, mergedIn } from './pull-request.ts';

/** A branch as this repository has it: its own, and what was last seen of it in `origin`. */
export interface Branch {
  readonly name: string;
  /** Ids of commits, at least one. */
  readonly tips: readonly string[];
}

/** Where a commit is, seen from a branch. */
export type Standing =
  /** One of those that the branch consists of, each on top of its first parent. */
  | { readonly kind: 'on' }
  /** It came to the branch with this one, which merged it. */
  | { readonly kind: 'merged'; readonly by: CommitOnTheWay }
  | { readonly kind: 'elsewhere' };

/** What was merged to a branch, and by what. */
export interface MainLine {
  /** A branch by its name; the main branch without one. Throws `source-ref-unknown`. */
  readonly branch: (wanted?: string) => Promise<Branch>;
  /** The commits of a branch that say they are this pull request, newest first. */
  readonly pullRequest: (branch: Branch, number: number) => Promise<readonly CommitOnTheWay[]>;
  /** Where a commit, by its whole id, is. */
  readonly standing: (branch: Branch, commit: string) => Promise<Standing>;
  /** What commits say of themselves, in the order of their ids. */
  readonly commits: (ids: readonly string[]) => Promise<readonly CommitOnTheWay[]>;
}

const remotePrefix = 'origin/';

const isThere = (id: string | undefined): id is string => id !== undefined;

const tipsOf = async (git: Git, name: string): Promise<readonly string[]> => {
  const tips = await Promise.all(
    [`refs/heads/${name}`, `refs/remotes/${remotePrefix}${name}`].map(async (ref) => {
      const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
      return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : undefined;
    }),
  );
  return [...new Set(tips.filter(isThere))];
};

const leadsTo = async (git: Git, symbol: string): Promise<string | undefined> => {
  const found = await git.attempt(['symbolic-ref', '--quiet', '--short', symbol]);
  return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : undefined;
};

/** Which branch is the main one: what `origin` says, or else the usual names, or else the one that is checked out. */
const mainNames = async (git: Git): Promise<readonly string[]> => {
  const said = await leadsTo(git, `refs/remotes/${remotePrefix}HEAD`);
  const checkedOut = await leadsTo(git, 'HEAD');
  return [said?.slice(remotePrefix.length), 'main', 'master', checkedOut].filter(isThere);
};

const unknownBranch = (label: string, wanted: string | undefined): Error =>
  refuse('source-ref-unknown', {
    detail:
      wanted === undefined
        ? `${label} has no branch that could be the main one.`
        : `${label} has no branch "${wanted.replace(/\p{Cc}/gu, ' ')}".`,
    hint: 'Name one of those that there are:\n    git branch --all',
  });

/**
 * The main branch by what `origin` says or by its usual name, and never the one that is checked out: that may be whatever
 * somebody proposes. Throws `source-ref-unknown`.
 */
export const findOwnMain = async (git: Git, label: string): Promise<Branch> => {
  const said = await leadsTo(git, `refs/remotes/${remotePrefix}HEAD`);
  for (const name of [said?.slice(remotePrefix.length), 'main', 'master'].filter(isThere)) {
    const tips = await tipsOf(git, name);
    if (tips.length > 0) return { name, tips };
  }
  throw unknownBranch(label, undefined);
};

export const findBranch = async (git: Git, label: string, wanted: string | undefined): Promise<Branch> => {
  for (const name of wanted === undefined ? await mainNames(git) : [wanted]) {
    const tips = await tipsOf(git, name);
    if (tips.length > 0) return { name, tips };
  }
  throw unknownBranch(label, wanted);
};

export const isAncestor = async (git: Git, commit: string, of: string): Promise<boolean> =>
  (await git.attempt(['merge-base', '--is-ancestor', commit, of])).exitCode === 0;

/** The oldest commit of a line, newest first, that has `commit` before it. Whatever is on top of one that has it has it too. */
const firstWith = async (git: Git, line: readonly string[], commit: string): Promise<string | undefined> => {
  let [has, lacks] = [0, line.length];
  while (lacks - has > 1) {
    const middle = Math.floor((has + lacks) / 2);
    if (await isAncestor(git, commit, line[middle] ?? '')) has = middle;
    else lacks = middle;
  }
  return line[has];
};

export const createMainLine = (git: Git, label: string): MainLine => {
  const lines = new Map<string, Promise<readonly string[]>>();
  /** All that a tip consists of, newest first, read once. */
  const lineOf = (tip: string): Promise<readonly string[]> => {
    const line = lines.get(tip) ?? git.read(['rev-list', '--first-parent', tip, '--']).then(linesOf);
    lines.set(tip, line);
    return line;
  };
  const commits: MainLine['commits'] = (ids) =>
    ids.length === 0
      ? Promise.resolve([])
      : readLog(git, ['--no-walk=unsorted', '--stdin'], ids.map((id) => `${id}\n`).join(''));
  return {
    branch: (wanted) => findBranch(git, label, wanted),
    commits,
    pullRequest: async ({ tips }, number) => {
      // Git's own search leaves few; what they really say is read as release notes read it.
      const wanted = ['--extended-regexp', `--grep=[#!]${number}([^0-9]|$)`];
      const found = await readLog(git, ['--first-parent', ...wanted, ...tips, '--']);
      return found.filter((commit) => mergedIn(commit).pullRequest === number);
    },
    standing: async ({ tips }, commit) => {
      for (const tip of tips) {
        if ((await lineOf(tip)).includes(commit)) return { kind: 'on' };
      }
      for (const tip of tips) {
        if (!(await isAncestor(git, commit, tip))) continue;
        const [by] = await commits([(await firstWith(git, await lineOf(tip), commit)) ?? tip]);
        if (by) return { kind: 'merged', by };
      }
      return { kind: 'elsewhere' };
    },
  };
};
