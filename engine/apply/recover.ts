import type { Queryable } from '../database/index.ts';
import type { ArtifactStore, Variables } from '../provider/index.ts';
import {
  addAvoid,
  appendAudit,
  changeRelease,
  type ReleaseFailure,
  type ReleaseRecord,
  readSection,
  requireLease,
  unfinishedRelease,
} from '../state/index.ts';
import { movePointer } from './activate.ts';
import { causeOf, type Hold, type ReleaseInput, say, step } from './context.ts';
import { decideRecovery, type RecoveryDecision } from './decide-recovery.ts';
import { settleReview, supersedeReviews } from './emergency.ts';
import { bringBack } from './gateways.ts';
import { recovered } from './news.ts';
import { wayBackIsDrifted } from './way-back.ts';

/** Everything that recovery needs; it takes no section, because the journal and the place say what was meant. */
export type RecoverInput = Pick<
  ReleaseInput,
  'system' | 'state' | 'place' | 'gatewaysOf' | 'report' | 'redact' | 'tell'
> & {
  /** Who runs the recovery, for the audit. */
  readonly actor: string;
};

/** How a release can end that was left unfinished. */
type RecoveredState = 'succeeded' | 'failed' | 'rolled_back';

/** What recovery found and did. */
export interface Recovery {
  readonly release: ReleaseRecord;
  readonly decision: RecoveryDecision;
  readonly state: RecoveredState;
}

const endState: Readonly<Record<RecoveryDecision['action'], RecoveredState>> = {
  fail: 'failed',
  return: 'rolled_back',
  'record-return': 'rolled_back',
  keep: 'failed',
  complete: 'succeeded',
};

/** A verification that had failed before the crash counts against the version; the crash itself does not. */
const failedBefore = (release: ReleaseRecord): ReleaseFailure | undefined =>
  release.failure?.code === 'release-interrupted' ? undefined : (release.failure ?? undefined);

/** What a review of it comes to: nothing of an emergency may be active any more, or a rollback has left others behind. */
const settle = async (
  input: RecoverInput,
  transaction: Queryable,
  { placeId }: Hold,
  { id, version }: ReleaseRecord,
  { action }: RecoveryDecision,
): Promise<void> => {
  if (action === 'complete') await supersedeReviews(input, transaction, { placeId, version }, input.actor);
  else if (action !== 'keep') await settleReview(input, transaction, id, input.actor);
};

const record = async (
  input: RecoverInput,
  hold: Hold,
  release: ReleaseRecord,
  decision: RecoveryDecision,
): Promise<void> => {
  const { state, system } = input;
  const to = endState[decision.action];
  const failed = failedBefore(release);
  const failure = failed ?? { step: 'recover', code: 'process-died', message: decision.why };
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    const change = { state: to, ended: true, ...(to !== 'succeeded' && { failure }) };
    if (!(await changeRelease(transaction, release.id, change))) return;
    const blamed = to === 'rolled_back' ? failed : undefined;
    if (blamed && release.version !== release.fromVersion) {
      await addAvoid(transaction, {
        placeId: hold.placeId,
        version: release.version,
        reason: blamed.message,
        releaseId: release.id,
      });
    }
    if (to === 'succeeded' && release.fromVersion !== null && release.fromVersion !== release.version) {
      await addAvoid(transaction, {
        placeId: hold.placeId,
        version: release.fromVersion,
        reason: release.reason ?? `rolled back to ${release.version}`,
        releaseId: release.id,
      });
    }
    await settle(input, transaction, hold, release, decision);
    await appendAudit(transaction, system, {
      actor: input.actor,
      event: `${release.kind}.${to}`,
      subject: release.id,
      environment: input.place.environment,
      detail: { target: release.target, version: release.version, recovered: decision.action, why: decision.why },
    });
    const { version: active } = whatIsActive(release, decision);
    await input.tell(transaction, recovered(release, input.actor, { outcome: to, why: failure.message, active }));
  });
};

/** What the activation before the first one of this release left. */
const variablesBefore = async (store: ArtifactStore, releaseId: string): Promise<Variables> => {
  const activations = await store.activations();
  const first = activations.findIndex((activation) => activation.releaseId === releaseId);
  return activations[first - 1]?.variables ?? {};
};

/** What is active once a release that had been activated is dealt with. */
const whatIsActive = ({ fromSeq, fromVersion, seq, version }: ReleaseRecord, { action }: RecoveryDecision) =>
  (action === 'complete' || action === 'keep') && seq !== null
    ? { seq, version }
    : { seq: fromSeq, version: fromVersion };

const finish = async (input: RecoverInput, hold: Hold, release: ReleaseRecord): Promise<Recovery> => {
  const { system, place } = input;
  const isWayBackDrifted = wayBackIsDrifted(await readSection(input.state, release.id));
  const decision = decideRecovery({ ...release, isWayBackDrifted }, await place.store.traces(release.id));
  await system.failpoints('recover-decided');
  if (decision.action === 'return') {
    // A release of an older m3forge may have left a place that cannot say which variables it had.
    await place.store.migrate({ fence: hold.fence });
    const variables = await variablesBefore(place.store, release.id);
    await movePointer(place, hold, system, { releaseId: release.id, seq: release.fromSeq, kind: 'return', variables });
  }
  if (decision.action !== 'fail') {
    // Those of the target that was being released, whoever recovers it: a place may be shared.
    const gateways = await input.gatewaysOf(release.target);
    await bringBack({ ...input, gateways }, hold, release.id, whatIsActive(release, decision));
  }
  await system.failpoints('recover-before-recorded');
  await record(input, hold, release, decision);
  return { release, decision, state: endState[decision.action] };
};

/**
 * Ends the release that a dead process left in this place, if there is one. Safe to be killed at any line and run again:
 * it reads what happened from the place before it does anything.
 */
export const recover = async (input: RecoverInput, hold: Hold): Promise<Recovery | undefined> => {
  const release = await unfinishedRelease(input.state, hold.placeId);
  if (!release) return undefined;
  await input.system.failpoints('recover-found');
  const recovery = await step(input, hold, release.id, 'recover', async () => {
    const value = await finish(input, hold, release);
    return { value, detail: `${value.state.replace('_', ' ')}: ${value.decision.why}` };
  }).catch((error: unknown) => {
    throw causeOf(error);
  });
  await say(
    input,
    hold,
    release.id,
    'warn',
    `Release ${release.id} (${release.version} to ${release.target}) was left unfinished: ${recovery.decision.why}; it ended ${recovery.state.replace('_', ' ')}.`,
  );
  return recovery;
};

/** Recovery at the start of a release, under the lease that it has just taken. */
export const recoverUnfinished = (input: ReleaseInput, hold: Hold): Promise<Recovery | undefined> =>
  recover({ ...input, actor: input.release.actor }, hold);
