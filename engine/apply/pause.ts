import { problem } from '../diagnostics/index.ts';
import {
  appendAudit,
  changeRelease,
  createRelease,
  factsOfRecord,
  letWait,
  listVotes,
  passOccurrenceOn,
  readScope,
  readSection,
  recordVote,
  releaseById,
  requireLease,
} from '../state/index.ts';
import type { Hold, ReleaseInput } from './context.ts';
import type { Failed, ReleaseResult } from './end.ts';

/** The code of a failure that is none: the window closed, and what was asked for waits for the next. */
export const pausedCode = 'release-paused';

/**
 * The end of a release whose window closed before anything was activated, with a request for the same that waits from here
 * on: as it was asked for, with the approvals that were given. It is another release, so that whatever this one has written
 * unseen is never taken for the other's; and it has a plan of its own, because this one was used.
 */
const handOn = async (input: ReleaseInput, hold: Hold, { failure }: Failed): Promise<string> => {
  const { state, system, release, section } = input;
  const next = system.ids.uuid();
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    const within = { ...state, query: transaction.query, execute: transaction.execute };
    const record = await releaseById(within, release.id);
    if (!record) throw new Error(`release ${release.id} is not recorded`);
    if (!(await changeRelease(transaction, release.id, { state: 'superseded', failure, ended: true }))) return;
    const asked = (await readSection(transaction, release.id)) ?? null;
    const scope = await readScope(within, release.id);
    await createRelease(transaction, { ...record, id: next, planId: system.ids.uuid(), section: asked, scope });
    const votes = await listVotes(transaction, [release.id]);
    for (const vote of votes) await recordVote(transaction, { ...vote, releaseId: next });
    await letWait(transaction, next, { hours: null, rejectsWhenDue: false });
    await passOccurrenceOn(transaction, release.id, next);
    const approvedBy = votes.filter(({ decision }) => decision === 'approved').map(({ by }) => by);
    await appendAudit(transaction, system, {
      actor: release.actor,
      event: `${section.kind}.paused`,
      subject: release.id,
      environment: section.environment,
      detail: { target: section.target, version: record.version, continued_as: next, approved_by: approvedBy },
    });
    const facts = factsOfRecord(record);
    if (facts) await input.tell(transaction, { event: 'superseded', superseded_by: next, ...facts });
  });
  return next;
};

/** Lets what was asked for wait until a window lets it begin again. */
export const pause = async (input: ReleaseInput, hold: Hold, failed: Failed): Promise<ReleaseResult> => {
  const next = await handOn(input, hold, failed);
  const short = next.slice(0, 8);
  return {
    releaseId: next,
    state: 'waiting',
    active: input.before.version,
    diagnostics: [
      problem(pausedCode, {
        detail: `${failed.failure.message} Nothing was activated; release ${short} waits for the same, with the approvals that were given.`,
        address: input.section.target,
        hint: `When the window is open:\n\n    m3forge resume ${short}`,
      }),
    ],
  };
};
