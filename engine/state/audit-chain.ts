import { type AuditEntry, hashOfEntry, noPrevious } from './audit.ts';

/** The end of a chain: its last entry. `n` is 0 where there is none. */
export interface ChainHead {
  readonly n: number;
  readonly hash: string;
}

/** The first entry that does not follow from the one before it, and why not. */
export interface ChainFault {
  readonly n: number;
  readonly why: string;
}

/** A checkpoint that was written outside: the chain had this entry then. */
export interface Checkpoint extends ChainHead {
  readonly lineage: string;
  /** When it was written, ISO 8601. */
  readonly at: string;
}

export type ChainReport =
  | { readonly whole: true; readonly head: ChainHead }
  | { readonly whole: false; readonly head: ChainHead; readonly fault: ChainFault };

export const emptyChain: ChainHead = { n: 0, hash: noPrevious };

/** JSON in a database can hold numbers that no entry was ever written with, and that have no canonical form. */
const isHashed = (entry: AuditEntry): boolean => {
  try {
    return hashOfEntry(entry) === entry.hash;
  } catch {
    return false;
  }
};

/** Why an entry cannot follow on a head; undefined where it does. Pure. */
export const faultOfEntry = (head: ChainHead, entry: AuditEntry): string | undefined => {
  if (entry.n > head.n + 1)
    return entry.n === head.n + 2 ? 'it is missing' : `it and others up to ${entry.n - 1} are missing`;
  if (entry.n !== head.n + 1) return 'its number stands there twice';
  if (entry.previous !== head.hash) return 'it does not name the entry before it';
  return isHashed(entry) ? undefined : 'what it says was changed';
};

/** Follows a chain from its beginning to its end, or to the first entry that does not belong there. */
export const followChain = async (
  entries: AsyncIterable<AuditEntry> | Iterable<AuditEntry>,
  seen?: (entry: AuditEntry) => void,
): Promise<ChainReport> => {
  let head = emptyChain;
  for await (const entry of entries) {
    const why = faultOfEntry(head, entry);
    if (why !== undefined) return { whole: false, head, fault: { n: head.n + 1, why } };
    head = { n: entry.n, hash: entry.hash };
    seen?.(entry);
  }
  return { whole: true, head };
};

/**
 * What checkpoints say against a chain that is whole by itself: one that was cut at its end lacks an entry that was there,
 * one that was written anew has another one in its place. `hashes` are those of the entries that checkpoints name. Pure.
 */
export const faultByCheckpoints = (
  head: ChainHead,
  hashes: ReadonlyMap<number, string>,
  checkpoints: readonly Checkpoint[],
): ChainFault | undefined => {
  for (const { n, hash, at } of checkpoints.toSorted((left, right) => left.n - right.n)) {
    if (n === 0) continue;
    if (n > head.n) return { n: head.n + 1, why: `the trail ends before it, and had ${n} entries on ${at}` };
    if (hashes.get(n) !== hash) return { n, why: `it was another one on ${at}` };
  }
  return undefined;
};
