import type { Queryable } from '../database/index.ts';
import { refuse } from '../diagnostics/index.ts';
import {
  appendAudit,
  claimOccurrence,
  createRelease,
  endUnstarted,
  lockReleases,
  type Occurrence,
  type ReleaseRecord,
  releaseById,
} from '../state/index.ts';
import type { Request, Wanted } from './request.ts';
import type { Session } from './session.ts';

const taken = ({ target }: Occurrence): Error =>
  refuse('occurrence-taken', {
    detail: `What is due for "${target}" was begun or settled by another worker meanwhile.`,
    address: target,
  });

/** That something began by itself, in the trail. */
const auditBegun = (
  { context }: Session,
  transaction: Queryable,
  occurrence: Occurrence,
  release: { readonly id: string; readonly environment: string; readonly version: string },
) => {
  const { target, cause, key, dueAt, attempts } = occurrence;
  const detail = { target, version: release.version, due_at: dueAt.toISOString(), key, attempt: attempts + 1 };
  const { actor, system } = context;
  const { id: subject, environment } = release;
  return appendAudit(transaction, system, { actor, event: `${cause}.begun`, subject, environment, detail });
};

/** What a worker opened for it, and died before it had begun. */
export const leftBehind = async ({ state }: Session, { releaseId }: Occurrence): Promise<ReleaseRecord | undefined> => {
  const release = releaseId === null ? undefined : await releaseById(state, releaseId);
  return release?.state === 'pending_gates' && !release.endedAt ? release : undefined;
};

/** Opens the release of what is due, and links both in one transaction: whoever comes later finds it begun. */
export const openDue = async (
  session: Session,
  occurrence: Occurrence,
  wanted: Wanted,
  left: ReleaseRecord | undefined,
): Promise<Request> => {
  const { context, state } = session;
  const id = context.system.ids.uuid();
  const requestedBy = context.actor;
  await state.transaction(async (transaction) => {
    if (left) {
      await lockReleases(transaction, [left.id]);
      const message = `Release ${id} took its place: what it rests on had moved.`;
      await endUnstarted(transaction, left.id, {
        state: 'superseded',
        failure: { step: 'gates', code: 'superseded', message },
      });
    }
    await createRelease(transaction, { ...wanted, id, requestedBy });
    if (!(await claimOccurrence(transaction, occurrence, id))) throw taken(occurrence);
    await auditBegun(session, transaction, occurrence, { ...wanted, id });
  });
  const { planId, reason, onFailure } = wanted;
  return { id, planId, requestedBy, reason, onFailure, hasWaited: false };
};

/** Links what is due with the release that waited for its time. */
export const linkWaiting = async (session: Session, occurrence: Occurrence, waiting: ReleaseRecord): Promise<void> => {
  if (occurrence.releaseId === waiting.id) return;
  await session.state.transaction(async (transaction) => {
    await lockReleases(transaction, [waiting.id]);
    if (!(await claimOccurrence(transaction, occurrence, waiting.id))) throw taken(occurrence);
    await auditBegun(session, transaction, occurrence, waiting);
  });
};
