import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, Refusal, refuse } from '../diagnostics/index.ts';
import type { RunResult, System } from '../system/index.ts';
import { digestOfBytes, type RemoteScheme } from '../values/index.ts';
import { type Git, gitAt } from './git.ts';
import { withMirrorLock } from './mirror-lock.ts';
import { faultOf, type RemoteFault } from './remote-faults.ts';

/** How long to wait for others, in milliseconds. */
export interface Patience {
  /** For a first answer of the host. */
  readonly answerMs: number;
  /** For content, of which there may be much. */
  readonly contentMs: number;
  /** For another process that is filling the same mirror. */
  readonly lockMs: number;
}

export const usualPatience: Patience = { answerMs: 30_000, contentMs: 600_000, lockMs: 300_000 };

export interface MirrorOptions {
  readonly url: string;
  readonly scheme: RemoteScheme;
  /** Names the repository to people; holds no credentials. */
  readonly label: string;
  readonly cacheDirectory: string;
  readonly patience: Patience;
}

/** What came of asking the host: fresh, or why what was seen last has to do, and since when that is so. */
export type Freshness =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'stale'; readonly fault: RemoteFault; readonly seenAt: string };

/**
 * A bare copy of a repository elsewhere, in the cache. It holds branches and tags without their history, and of files
 * only those that were asked for, where the host can do that; otherwise everything.
 */
export interface Mirror {
  readonly git: Git;
  /** Asks the host what there is, and fetches what is new. Throws `Refusal` where there is neither an answer nor a copy. */
  readonly refresh: () => Promise<Freshness>;
  /** Fetches files by their ids. Throws `Refusal`. */
  readonly fetchFiles: (ids: readonly string[]) => Promise<void>;
  /** Fetches a commit that need not be the tip of anything. Throws `Refusal`. */
  readonly fetchCommit: (id: string) => Promise<void>;
  /** Throws the copy away for a new one, which is whole before it takes the old one's place. Throws `Refusal`. */
  readonly rebuild: () => Promise<void>;
}

/** Every fetch leaves a pack; so many make a new copy cheaper than another one. */
const mostPacks = 60;

const branchesAndTags = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
const little = ['--depth=1', '--filter=blob:none'];

const nothingThere = (label: string) =>
  problem('source-missing', {
    detail: `${label} is no Git repository, or one without any branch or tag.`,
    hint: 'Check the address of source.repository.',
  });

type Refs = ReadonlyMap<string, string>;

const readRefs = (output: Buffer, separator: string): Refs =>
  new Map(
    output
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith('^{}'))
      .map((line) => {
        const [id = '', ref = ''] = line.split(separator);
        return [ref, id];
      }),
  );

const equalRefs = (left: Refs, right: Refs): boolean =>
  left.size === right.size && [...left].every(([ref, id]) => right.get(ref) === id);

/** A host that cannot leave anything out says so in one of these ways. */
const cannotDoLittle = /shallow|filter|dumb http/i;

/** A partial copy would fetch what it lacks by itself, whenever it is read; nothing but a fetch may speak to the host. */
const forgetPromises = async (git: Git): Promise<void> => {
  for (const key of ['extensions.partialClone', 'remote.origin.promisor', 'remote.origin.partialCloneFilter']) {
    await git.attempt(['config', '--unset-all', key]);
  }
};

interface FetchOrder {
  /** Refspecs, or ids of commits. */
  readonly what?: readonly string[];
  /** Ids of files, of which there may be more than a command line holds. */
  readonly files?: readonly string[];
  readonly flags?: readonly string[];
}

const quietly = ['--quiet', '--no-write-fetch-head', '--no-auto-gc', '--no-recurse-submodules', '--no-tags', '--force'];

const fetchInto = async (git: Git, options: MirrorOptions, order: FetchOrder): Promise<void> => {
  const { scheme, patience, label } = options;
  const { what = [], files = [], flags = [] } = order;
  const fetch = (less: readonly string[]): Promise<RunResult> =>
    files.length === 0
      ? git.outside(['fetch', ...quietly, ...flags, ...less, 'origin', ...what], {
          scheme,
          timeoutMs: patience.contentMs,
        })
      : // Without negotiation Git takes files for what they are, as it does when it fetches them by itself.
        git.outside(['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...quietly, ...less, '--stdin', 'origin'], {
          scheme,
          timeoutMs: patience.contentMs,
          input: files.map((id) => `${id}\n`).join(''),
        });
  let result = await fetch(files.length === 0 ? little : ['--filter=blob:none']);
  if (result.exitCode !== 0 && !result.timedOut && cannotDoLittle.test(result.stderr.toString('utf8'))) {
    result = await fetch([]);
  }
  await forgetPromises(git);
  if (result.exitCode !== 0) throw new FetchFailed(faultOf(label, result, patience.contentMs));
};

class FetchFailed extends Error {
  readonly fault: RemoteFault;

  constructor(fault: RemoteFault) {
    super(fault.diagnostic.detail);
    this.fault = fault;
  }
}

const initialise = async (system: System, directory: string, options: MirrorOptions, refs: Refs): Promise<Git> => {
  const { label, url } = options;
  const format = [...refs.values()].some((id) => id.length === 64) ? ['--object-format=sha256'] : [];
  // No template, because the user's could bring hooks.
  await gitAt(system, [], label).read(['init', '--quiet', '--bare', '--template=', ...format, directory]);
  const git = gitAt(system, [`--git-dir=${directory}`], label);
  await git.read(['config', 'remote.origin.url', url]);
  return git;
};

const packsIn = async (directory: string): Promise<number> => {
  const files = await readdir(join(directory, 'objects', 'pack')).catch(() => []);
  return files.filter((name) => name.endsWith('.pack')).length;
};

export const createMirror = (system: System, options: MirrorOptions): Mirror => {
  const { url, scheme, label, cacheDirectory, patience } = options;
  const home = join(cacheDirectory, `remote-${digestOfBytes(url).slice(0, 40)}`);
  const directory = join(home, 'mirror.git');
  const seenFile = join(home, 'seen');
  const git = gitAt(system, [`--git-dir=${directory}`], label);

  const ask = async (): Promise<Refs | RemoteFault> => {
    const { answerMs } = patience;
    // Branches and tags as they are there, whatever a user's settings may rewrite.
    const result = await gitAt(system, [], label).outside(['ls-remote', '--heads', '--tags', '--', url], {
      scheme,
      timeoutMs: answerMs,
    });
    if (result.exitCode !== 0) return faultOf(label, result, answerMs);
    const refs = readRefs(result.stdout, '\t');
    // Some page in the place of a repository reads like one without anything; it must not empty the copy.
    return refs.size > 0 ? refs : { kind: 'refused', diagnostic: nothingThere(label) };
  };

  /** What the copy has; undefined where there is none that could be used. */
  const copied = async (): Promise<Refs | undefined> => {
    if (!existsSync(directory)) return undefined;
    const answer = await git.attempt(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags']);
    return answer.exitCode === 0 ? readRefs(answer.stdout, ' ') : undefined;
  };

  const build = async (refs: Refs): Promise<void> => {
    const draft = join(home, `draft-${system.ids.uuid()}`);
    try {
      await fetchInto(await initialise(system, draft, options, refs), options, { what: branchesAndTags });
      const former = join(home, `former-${system.ids.uuid()}`);
      if (existsSync(directory)) await rename(directory, former);
      await rename(draft, directory);
    } finally {
      // Also what killed processes left here: whoever has the lock is alone.
      for (const name of await readdir(home)) {
        if (/^(?:draft|former)-/.test(name)) await rm(join(home, name), { recursive: true, force: true });
      }
    }
  };

  const bring = async (refs: Refs, have: Refs | undefined): Promise<void> => {
    if (have && equalRefs(refs, have)) return;
    if (!have || (await packsIn(directory)) >= mostPacks) return build(refs);
    try {
      await fetchInto(git, options, { what: branchesAndTags, flags: ['--prune'] });
    } catch (error) {
      // A copy that is damaged, or that a killed process left locked, is made anew.
      if (!(error instanceof FetchFailed) || error.fault.kind !== 'other') throw error;
      await build(refs);
    }
  };

  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    await mkdir(home, { recursive: true, mode: 0o700 });
    try {
      return await withMirrorLock(system, home, label, patience.lockMs, work);
    } catch (error) {
      throw error instanceof FetchFailed ? new Refusal([error.fault.diagnostic]) : error;
    }
  };

  const refresh = (): Promise<Freshness> =>
    alone(async () => {
      const refs = await ask();
      const have = await copied();
      const stale = async (fault: RemoteFault): Promise<Freshness> => {
        if (fault.kind !== 'away' || !have || system.interrupted.aborted) throw new Refusal([fault.diagnostic]);
        return { kind: 'stale', fault, seenAt: await readFile(seenFile, 'utf8').catch(() => 'an unknown time') };
      };
      if (!(refs instanceof Map)) return stale(refs as RemoteFault);
      try {
        await bring(refs, have);
      } catch (error) {
        if (error instanceof FetchFailed) return stale(error.fault);
        throw error;
      }
      await writeFile(seenFile, system.clock.now().toISOString());
      return { kind: 'fresh' };
    });

  const rebuild = (): Promise<void> =>
    alone(async () => {
      const refs = await ask();
      if (refs instanceof Map) return build(refs);
      const { diagnostic } = refs as RemoteFault;
      throw refuse('source-corrupt', {
        detail: `The cached copy of ${label} is damaged, and cannot be made anew: ${diagnostic.detail}`,
        hint: diagnostic.hint,
      });
    });

  return {
    git,
    refresh,
    rebuild,
    fetchFiles: (files) => alone(() => fetchInto(git, options, { files })),
    fetchCommit: (id) => alone(() => fetchInto(git, options, { what: [id] })),
  };
};
