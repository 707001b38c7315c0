import {
  type ChainFault,
  type ChainHead,
  type Checkpoint,
  eachAuditEntry,
  faultByCheckpoints,
  followChain,
  type State,
} from '../state/index.ts';

/** What is to be said of a trail. `entries` are sound, counted from the first. */
export type Judgement =
  | { readonly whole: true; readonly head: ChainHead }
  | { readonly whole: false; readonly entries: number; readonly fault: ChainFault };

/** Follows the chain and holds it against checkpoints; of two faults, the one that comes first. */
export const judgeTrail = async (state: State, checkpoints: readonly Checkpoint[]): Promise<Judgement> => {
  const wanted = new Set(checkpoints.map(({ n }) => n));
  const hashes = new Map<number, string>();
  const chain = await followChain(eachAuditEntry(state), ({ n, hash }) => {
    if (wanted.has(n)) hashes.set(n, hash);
  });
  // Behind a break nothing can be said: only what checkpoints say of the sound part counts then.
  const within = chain.whole ? checkpoints : checkpoints.filter(({ n }) => n <= chain.head.n);
  const fault = faultByCheckpoints(chain.head, hashes, within) ?? (chain.whole ? undefined : chain.fault);
  return fault ? { whole: false, entries: fault.n - 1, fault } : { whole: true, head: chain.head };
};
