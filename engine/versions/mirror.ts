import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { problem, Refusal, refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { digestOfBytes } from '../values/index.ts';
import { type Git, gitAt } from './git.ts';
import { FetchFailed, type FetchOptions, fetchInto, handsNoFilesOver } from './mirror-fetch.ts';
import { withMirrorLock } from './mirror-lock.ts';
import { faultOf, type RemoteFault } from './remote-faults.ts';

export interface MirrorOptions extends FetchOptions {
  readonly url: string;
  readonly cacheDirectory: string;
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

/** A mirror with everything that working on it needs. */
interface Site extends MirrorOptions {
  readonly system: System;
  /** The directory of the copy, and of what belongs to it. */
  readonly home: string;
  readonly directory: string;
  readonly git: Git;
}

/** Branches and tags as they are there now. */
const ask = async ({ system, label, scheme, url, patience }: Site): Promise<Refs | RemoteFault> => {
  const { answerMs } = patience;
  const result = await gitAt(system, [], label).outside(['ls-remote', '--heads', '--tags', '--', url], {
    scheme,
    timeoutMs: answerMs,
  });
  if (result.exitCode !== 0) return faultOf(label, result, answerMs);
  const refs = readRefs(result.stdout, '\t');
  // Some page in the place of a repository reads like one without anything; it must not empty the copy.
  return refs.size > 0 ? refs : { kind: 'refused', diagnostic: nothingThere(label) };
};

const isFault = (answer: Refs | RemoteFault): answer is RemoteFault => 'diagnostic' in answer;

/** What the copy has; undefined where there is none that could be used. */
const copied = async ({ directory, git }: Site): Promise<Refs | undefined> => {
  if (!existsSync(directory)) return undefined;
  const answer = await git.attempt(['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags']);
  return answer.exitCode === 0 ? readRefs(answer.stdout, ' ') : undefined;
};

/** Makes a copy anew; the old one goes when the new one is whole. */
const build = async (site: Site, refs: Refs, withFiles = false): Promise<void> => {
  const { system, home, directory } = site;
  const draft = join(home, `draft-${system.ids.uuid()}`);
  try {
    await fetchInto(await initialise(system, draft, site, refs), site, { what: branchesAndTags, withFiles });
    if (existsSync(directory)) await rename(directory, join(home, `former-${system.ids.uuid()}`));
    await rename(draft, directory);
  } finally {
    // Also what killed processes left here: whoever has the lock is alone.
    for (const name of await readdir(home)) {
      if (/^(?:draft|former)-/.test(name)) await rm(join(home, name), { recursive: true, force: true });
    }
  }
};

const bring = async (site: Site, refs: Refs, have: Refs | undefined): Promise<void> => {
  if (have && equalRefs(refs, have)) return;
  if (!have || (await packsIn(site.directory)) >= mostPacks) return build(site, refs);
  try {
    await fetchInto(site.git, site, { what: branchesAndTags, flags: ['--prune'] });
  } catch (error) {
    // A copy that is damaged, or that a killed process left locked, is made anew.
    if (!(error instanceof FetchFailed) || error.fault.kind !== 'other') throw error;
    await build(site, refs);
  }
};

const refresh = async (site: Site): Promise<Freshness> => {
  const { system, home } = site;
  const seenFile = join(home, 'seen');
  const refs = await ask(site);
  const have = await copied(site);
  const stale = async (fault: RemoteFault): Promise<Freshness> => {
    if (fault.kind !== 'away' || !have) throw new Refusal([fault.diagnostic]);
    return { kind: 'stale', fault, seenAt: await readFile(seenFile, 'utf8').catch(() => 'an unknown time') };
  };
  if (isFault(refs)) return stale(refs);
  try {
    await bring(site, refs, have);
  } catch (error) {
    if (error instanceof FetchFailed) return stale(error.fault);
    throw error;
  }
  await writeFile(seenFile, system.clock.now().toISOString());
  return { kind: 'fresh' };
};

const fetchFiles = async (site: Site, files: readonly string[]): Promise<void> => {
  try {
    await fetchInto(site.git, site, { files });
  } catch (error) {
    if (!(error instanceof FetchFailed) || !handsNoFilesOver(error)) throw error;
    await rebuild(site, true);
  }
};

const rebuild = async (site: Site, withFiles = false): Promise<void> => {
  const refs = await ask(site);
  if (!isFault(refs)) return build(site, refs, withFiles);
  const { detail, hint } = refs.diagnostic;
  throw refuse('source-corrupt', {
    detail: `The cached copy of ${site.label} is damaged, and cannot be made anew: ${detail}`,
    hint,
  });
};

/** Works on a mirror while no other process does. */
const alone = async <T>({ system, home, label, patience }: Site, work: () => Promise<T>): Promise<T> => {
  await mkdir(home, { recursive: true, mode: 0o700 });
  try {
    return await withMirrorLock(system, home, label, patience.lockMs, work);
  } catch (error) {
    throw error instanceof FetchFailed ? new Refusal([error.fault.diagnostic]) : error;
  }
};

export const createMirror = (system: System, options: MirrorOptions): Mirror => {
  const home = join(options.cacheDirectory, `remote-${digestOfBytes(options.url).slice(0, 40)}`);
  const directory = join(home, 'mirror.git');
  const git = gitAt(system, [`--git-dir=${directory}`], options.label);
  const site: Site = { ...options, system, home, directory, git };
  return {
    git,
    refresh: () => alone(site, () => refresh(site)),
    rebuild: () => alone(site, () => rebuild(site)),
    fetchFiles: (files) => alone(site, () => fetchFiles(site, files)),
    fetchCommit: (id) => alone(site, () => fetchInto(git, options, { what: [id] })),
  };
};
