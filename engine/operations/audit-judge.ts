import {
  type ChainFault,
  type ChainHead,
  type ChainReport,
  type Checkpoint,
  countAudit,
  eachAuditEntry,
  faultByCheckpoints,
  followChain,
  type StateHandle,
} from '../state/index.ts';

/** What is to be said of a trail. `entries` are sound, counted from the first. */
export type Judgement =
  | { readonly whole: true; readonly head: ChainHead }
  | { readonly whole: false; readonly entries: number; readonly fault: ChainFault };

/**
 * Follows the chain and holds it against checkpoints; of two faults, the one that comes first. `state` is read as it was at
 * one moment: rows that no number leads to are found by counting, and what is appended meanwhile is none of them.
 */
export const judgeTrail = async (state: StateHandle, checkpoints: readonly Checkpoint[]): Promise<Judgement> => {
  const wanted = new Set(checkpoints.map(({ n }) => n));
  const hashes = new Map<number, string>();
  const chain = await followChain(eachAuditEntry(state), ({ n, hash }) => {
    if (wanted.has(n)) hashes.set(n, hash);
  });
  const fault = await faultOf(state, chain, hashes, checkpoints);
  return fault ? { whole: false, entries: fault.n - 1, fault } : { whole: true, head: chain.head };
};

const faultOf = async (
  state: StateHandle,
  chain: ChainReport,
  hashes: ReadonlyMap<number, string>,
  checkpoints: readonly Checkpoint[],
): Promise<ChainFault | undefined> => {
  // Behind a break nothing can be said: only what checkpoints say of the sound part counts then.
  const within = chain.whole ? checkpoints : checkpoints.filter(({ n }) => n <= chain.head.n);
  const byCheckpoints = faultByCheckpoints(chain.head, hashes, within);
  if (byCheckpoints) return byCheckpoints;
  if (!chain.whole) return chain.fault;
  const { n } = chain.head;
  const rows = await countAudit(state);
  return rows === n ? undefined : { n: n + 1, why: `the table has ${rows} rows, and the chain has ${n} entries` };
};
