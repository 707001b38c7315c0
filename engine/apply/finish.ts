import { Refusal } from '../diagnostics/index.ts';
import { addAvoid, appendAudit, changeRelease, type ReleaseFailure, requireLease } from '../state/index.ts';
import { movePointer } from './activate.ts';
import { type Hold, type ReleaseInput, StepFailed, step } from './context.ts';

/** What is known of a failure, in the form in which a release keeps it. */
export const failureOf = (error: unknown): ReleaseFailure => {
  const step = error instanceof StepFailed ? error.step : 'unknown';
  const cause = error instanceof StepFailed ? error.cause : error;
  const [diagnostic] = cause instanceof Refusal ? cause.diagnostics : [];
  return {
    step,
    code: diagnostic?.code ?? 'unexpected',
    message: diagnostic?.detail ?? (cause instanceof Error ? cause.message : String(cause)),
  };
};

/** The end of a release that went well. A rollback by hand leaves a version that must not come back by itself. */
export const recordSuccess = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  const { state, system, release, section, desired } = input;
  await system.failpoints('before-success-recorded');
  await step(input, release.id, 'finish', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'succeeded', ended: true });
      const left = section.from.version;
      if (section.kind === 'rollback' && left !== null && left !== desired.version) {
        await addAvoid(transaction, {
          placeId: hold.placeId,
          version: left,
          reason: release.reason ?? `rolled back to ${desired.version}`,
          releaseId: release.id,
        });
      }
      await appendAudit(transaction, system.clock, {
        actor: release.requestedBy,
        event: `${section.kind}.succeeded`,
        subject: release.id,
        detail: { target: section.target, version: desired.version, plan_digest: section.digest },
      });
    });
    return { value: undefined, detail: `${desired.version} succeeded` };
  });
  await system.failpoints('after-success-recorded');
};

/** The end of a release that failed before anything was activated, or that is kept although it failed. */
export const recordFailure = async (input: ReleaseInput, hold: Hold, failure: ReleaseFailure): Promise<void> => {
  const { state, system, release, section } = input;
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    await changeRelease(transaction, release.id, { state: 'failed', failure, ended: true });
    await appendAudit(transaction, system.clock, {
      actor: release.requestedBy,
      event: `${section.kind}.failed`,
      subject: release.id,
      detail: { target: section.target, step: failure.step, code: failure.code },
    });
  });
};

/** C: the decision is recorded, then the pointer goes back, then the end is recorded. */
export const goBack = async (input: ReleaseInput, hold: Hold, failure: ReleaseFailure): Promise<void> => {
  const { state, system, release, section, desired } = input;
  input.report({ type: 'rollback_start', reason: failure.message });
  await step(input, release.id, 'return', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'rolling_back', failure });
    });
    await system.failpoints('before-return');
    await movePointer(input.place, hold, system, { releaseId: release.id, seq: section.from.seq, kind: 'return' });
    await system.failpoints('before-return-recorded');
    await recordReturn(input, hold, failure);
    await system.failpoints('after-return-recorded');
    return {
      value: undefined,
      detail: `${section.from.version ?? 'nothing'} is active again; ${desired.version} is avoided`,
    };
  });
  input.report({ type: 'rollback_complete', version: section.from.version });
};

const recordReturn = (input: ReleaseInput, hold: Hold, failure: ReleaseFailure): Promise<void> => {
  const { state, system, release, section, desired } = input;
  return state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    await changeRelease(transaction, release.id, { state: 'rolled_back', ended: true });
    // An interruption says nothing against the version; neither does a heal of what runs already.
    if (failure.code !== 'release-interrupted' && desired.version !== section.from.version) {
      await addAvoid(transaction, {
        placeId: hold.placeId,
        version: desired.version,
        reason: failure.message,
        releaseId: release.id,
      });
    }
    await appendAudit(transaction, system.clock, {
      actor: release.requestedBy,
      event: `${section.kind}.rolled_back`,
      subject: release.id,
      detail: { target: section.target, from: desired.version, to: section.from.version, code: failure.code },
    });
  });
};
