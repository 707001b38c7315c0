import type { RunResult } from '../system/index.ts';
import type { RemoteScheme } from '../values/index.ts';
import type { Git } from './git.ts';
import type { Patience } from './patience.ts';
import { faultOf, type RemoteFault } from './remote-faults.ts';

/** Where a copy is filled from. */
export interface FetchOptions {
  readonly scheme: RemoteScheme;
  /** Names the repository to people; holds no credentials. */
  readonly label: string;
  readonly patience: Patience;
}

const withoutHistory = '--depth=1';
const withoutFiles = '--filter=blob:none';

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
  /** With the files of every branch and tag, which are left out otherwise. */
  readonly withFiles?: boolean;
}

const quietly = ['--quiet', '--no-write-fetch-head', '--no-auto-gc', '--no-recurse-submodules', '--no-tags', '--force'];

/** Fetches into a copy, as little as the host can leave out. Throws `FetchFailed`. */
export const fetchInto = async (git: Git, options: FetchOptions, order: FetchOrder): Promise<void> => {
  const { scheme, patience, label } = options;
  const { what = [], files = [], flags = [], withFiles = false } = order;
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
  let result = await fetch([...(files.length === 0 ? [withoutHistory] : []), ...(withFiles ? [] : [withoutFiles])]);
  if (result.exitCode !== 0 && !result.timedOut && cannotDoLittle.test(result.stderr.toString('utf8'))) {
    result = await fetch([]);
  }
  await forgetPromises(git);
  if (result.exitCode !== 0) throw new FetchFailed(faultOf(label, result, patience.contentMs));
};

/** A host that can leave files out, but hands none over that is asked for by its id alone. */
export const handsNoFilesOver = ({ fault }: FetchFailed): boolean =>
  fault.kind === 'other' && /unadvertised|not our ref|not allowed/i.test(fault.diagnostic.detail);

/** What the host, or Git, said instead. */
export class FetchFailed extends Error {
  readonly fault: RemoteFault;

  constructor(fault: RemoteFault) {
    super(fault.diagnostic.detail);
    this.fault = fault;
  }
}
