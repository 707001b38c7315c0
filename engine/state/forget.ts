import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { appendAudit } from './audit.ts';
import type { StateHandle } from './handle.ts';
import { waitersAhead } from './lease-queue.ts';
import { type Lease, requireLease } from './leases.ts';
import { unfinishedRelease } from './releases.ts';

/** How much is forgotten with a place. */
export interface ForgottenPlace {
  readonly releases: number;
  readonly backups: number;
}

/** By whom, and why, for the audit trail. */
export interface Forgetting {
  readonly actor: string;
  readonly reason: string | null;
}

/** The tables whose rows belong to releases of the place, and those whose rows belong to the place, children first. */
const ofReleases = ['step', 'release_log', 'gate_result', 'smoke_run', 'approval', 'review'];

/**
 * Forgets a place: its releases with their journals and logs, its avoids, the records of its backups, and the place
 * itself, in one transaction with the audit row. The lease must be held. Refused while a release of it has no end, or
 * while somebody waits for it.
 */
export const forgetPlace = async (
  state: StateHandle,
  system: System,
  lease: Lease,
  { actor, reason }: Forgetting,
): Promise<ForgottenPlace> => {
  const { id, address, environment } = lease.place;
  const unfinished = await unfinishedRelease(state, id);
  if (unfinished) {
    throw refuse('state-not-forgettable', {
      detail: `Release ${unfinished.id} to the place ${address} has no end yet.`,
      hint: 'End it first:\n\n    m3forge recover',
    });
  }
  return state.transaction(async (transaction) => {
    await requireLease(transaction, lease);
    const { query, execute } = transaction;
    const [waiter] = await waitersAhead({ ...state, query, execute }, system, id, null);
    if (waiter) {
      throw refuse('state-not-forgettable', {
        detail: `${waiter.holder} (${waiter.operation}, pid ${waiter.pid} on ${waiter.host}) waits for the place ${address}.`,
      });
    }
    for (const table of ofReleases) {
      await transaction.execute(
        `delete from :schema.${table} where release_id in (select id from :schema.release where place_id = $1)`,
        [id],
      );
    }
    await transaction.execute('delete from :schema.lease_waiter where place_id = $1', [id]);
    await transaction.execute('delete from :schema.avoid where place_id = $1', [id]);
    const backups = await transaction.execute('delete from :schema.backup where place_id = $1', [id]);
    const releases = await transaction.execute('delete from :schema.release where place_id = $1', [id]);
    await transaction.execute('delete from :schema.place where id = $1', [id]);
    const detail = { place_id: id, environment, releases, backups, reason };
    await appendAudit(transaction, system, { actor, event: 'place.forgotten', subject: address, environment, detail });
    return { releases, backups };
  });
};

/** Forgets what a version's name means, so that its tag may mean something else. Refused while a release names it. */
export const forgetVersion = (
  state: StateHandle,
  system: System,
  name: string,
  { actor, reason }: Forgetting,
): Promise<void> =>
  state.transaction(async (transaction) => {
    const [row] = await transaction.query<{ commit: string; created: Date | null }>(
      'select commit, created_at as created from :schema.version where name = $1 for update',
      [name],
    );
    if (row?.created) {
      throw refuse('state-not-forgettable', {
        detail: `${name} was made by m3forge, and what such a version is never changes.`,
        hint: `So that nobody chooses it:\n\n    m3forge version deprecate ${name} --reason TEXT`,
      });
    }
    const [used] = await transaction.query<{ id: string; target: string }>(
      'select id, target from :schema.release where version = $1 or from_version = $1 order by n desc limit 1',
      [name],
    );
    if (used) {
      throw refuse('state-not-forgettable', {
        detail: `Release ${used.id} of "${used.target}" names ${name}, and what was released keeps its meaning.`,
        hint: 'Give what the tag means now a version of its own.',
      });
    }
    await transaction.execute('delete from :schema.version where name = $1', [name]);
    const detail = { commit: row?.commit ?? null, reason };
    await appendAudit(transaction, system, { actor, event: 'version.forgotten', subject: name, detail });
  });
