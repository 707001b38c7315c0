import type { Clearance } from '../clearance/index.ts';
import type { Queryable } from '../database/index.ts';
import { refuse } from '../diagnostics/index.ts';
import {
  appendAudit,
  claimRelease,
  endUnstarted,
  factsOfRecord,
  keepGates,
  lockReleases,
  type ReleaseRecord,
  supersededBy,
} from '../state/index.ts';
import type { Hold, ReleaseInput } from './context.ts';
import { recordEmergency } from './emergency.ts';

/** Whoever began it, or ended it, was faster. */
const overtaken = ({ section, release }: ReleaseInput): Error =>
  refuse('release-over', {
    detail: `Release ${release.id} to "${section.target}" was begun or ended by somebody else meanwhile.`,
    address: section.target,
    hint: `What became of it is told by:\n\n    m3forge show ${release.id.slice(0, 8)}`,
  });

/**
 * Records that a release began: exactly once, however many are at it. What was asked for its target before and never began
 * ends here, and so does what waits for its place with approvals, because what those were given for is moving.
 */
export const begin = async (
  input: ReleaseInput,
  hold: Hold,
  { approvedBy, gates }: Clearance,
  transaction: Queryable,
): Promise<void> => {
  const { section, system, release, desired, planId } = input;
  const others = await supersededBy(transaction, { id: release.id, target: section.target, placeId: hold.placeId });
  await lockReleases(transaction, [release.id, ...others.map(({ id }) => id)]);
  // Somebody else may have judged it beside, and otherwise: what is kept is what it was begun with.
  if (gates.length > 0) await keepGates(transaction, release.id, gates);
  if (!(await claimRelease(transaction, release.id, { leaseId: hold.lease.id, fence: hold.fence }))) {
    throw overtaken(input);
  }
  const voided: ReleaseRecord[] = [];
  const message = `Release ${release.id} of ${desired.version} to "${section.target}" began.`;
  for (const other of others) {
    const failure = { step: 'start', code: 'superseded', message };
    const ended = await endUnstarted(transaction, other.id, { state: 'superseded', failure });
    if (ended && other.waitingSince) voided.push(other);
  }
  await appendAudit(transaction, system, {
    actor: release.actor,
    event: `${section.kind}.started`,
    subject: release.id,
    environment: section.environment,
    detail: {
      target: section.target,
      version: desired.version,
      plan_digest: section.digest,
      plan_id: planId,
      ...(release.requestedBy !== release.actor && { requested_by: release.requestedBy }),
      ...(approvedBy.length > 0 && { approved_by: approvedBy }),
      ...(input.windowOverride !== null && { window_override: input.windowOverride }),
    },
  });
  await recordEmergency(input, hold, transaction);
  for (const other of voided) {
    const { id, environment, target, version } = other;
    const detail = { target, version, reason: message };
    await appendAudit(transaction, system, {
      actor: release.actor,
      event: 'release.superseded',
      subject: id,
      environment,
      detail,
    });
    await input.tell(transaction, { event: 'superseded', superseded_by: release.id, ...factsOfRecord(other) });
  }
};
