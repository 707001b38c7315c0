import { type AuditRequest, listAudit } from '../../engine/operations/index.ts';
import {
  type AuditEntry,
  eachAuditEntry,
  followChain,
  hashOfEntry,
  type StateHandle,
} from '../../engine/state/index.ts';
import { type TestProject, valueIn } from './project.ts';

/** The number of the first entry that does not follow from the one before it; undefined where the chain is whole. */
export const firstBrokenLink = async (state: StateHandle): Promise<number | undefined> => {
  const chain = await followChain(eachAuditEntry(state));
  return chain.whole ? undefined : chain.fault.n;
};

/** Entries that say this, chained as they would be in a trail. */
export const chainOf = (said: readonly Omit<AuditEntry, 'n' | 'at' | 'previous' | 'hash'>[]): readonly AuditEntry[] => {
  const chain: AuditEntry[] = [];
  for (const [index, one] of said.entries()) {
    const at = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
    const entry = { ...one, n: index + 1, at, previous: chain.at(-1)?.hash ?? '0'.repeat(64) };
    chain.push({ ...entry, hash: hashOfEntry(entry) });
  }
  return chain;
};

/** The entries of a project's trail that match, oldest first. */
export const auditOf = async (
  { context }: Pick<TestProject, 'context'>,
  filter: Omit<AuditRequest, 'lockTimeoutMs'> = {},
): Promise<readonly AuditEntry[]> => {
  const found: AuditEntry[] = [];
  valueIn(
    await listAudit(context, { ...filter, lockTimeoutMs: 0 }, (entries) => {
      found.push(...entries);
      return Promise.resolve(true);
    }),
  );
  return found;
};
