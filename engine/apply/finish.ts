import { type Diagnostic, Refusal, refuse } from '../diagnostics/index.ts';
import { addAvoid, appendAudit, changeRelease, type ReleaseFailure, requireLease } from '../state/index.ts';
import { movePointer } from './activate.ts';
import { causeOf, type Hold, type ReleaseInput, StepFailed, step } from './context.ts';
import { bringBack } from './gateways.ts';

/** What is known of a failure, in the form in which a release keeps it. */
export const failureOf = (error: unknown, redact: (text: string) => string): ReleaseFailure => {
  const step = error instanceof StepFailed ? error.step : 'unknown';
  const cause = causeOf(error);
  const [diagnostic] = cause instanceof Refusal ? cause.diagnostics : [];
  return {
    step,
    code: diagnostic?.code ?? 'unexpected',
    message: redact(diagnostic?.detail ?? (cause instanceof Error ? cause.message : String(cause))),
  };
};

/** A release that is still the last to have moved the place's pointer, under its own fence; else somebody else took over. */
const requireOwnActivation = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  const status = await input.place.store.status();
  if (status?.fence === hold.fence && status.activation?.releaseId === input.release.id) return;
  throw refuse('place-fenced', {
    detail: `The place was taken over while ${input.desired.version} was verified.`,
    hint: 'Run "m3forge status" to see what the other release did.',
  });
};

/** The end of a release that went well. A rollback by hand leaves a version that must not come back by itself. */
export const recordSuccess = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  const { state, system, release, section, desired } = input;
  await system.failpoints('before-success-recorded');
  await step(input, release.id, 'finish', async () => {
    await requireOwnActivation(input, hold);
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'succeeded', ended: true });
      const left = input.before.version;
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

/** The end of a release that failed before anything was activated, that is kept, or that could not go back. */
export const recordFailure = async (
  input: ReleaseInput,
  hold: Hold,
  to: 'failed' | 'rollback_failed',
  failure: ReleaseFailure,
): Promise<void> => {
  const { state, system, release, section } = input;
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    await changeRelease(transaction, release.id, { state: to, failure, ended: true });
    await appendAudit(transaction, system.clock, {
      actor: release.requestedBy,
      event: `${section.kind}.${to}`,
      subject: release.id,
      detail: { target: section.target, step: failure.step, code: failure.code },
    });
  });
};

/**
 * C: the decision is recorded, then the pointer goes back, and the gateways with it, then the end is recorded. Returns
 * what there is to say of gateways that did not follow.
 */
export const goBack = async (
  input: ReleaseInput,
  hold: Hold,
  failure: ReleaseFailure,
): Promise<readonly Diagnostic[]> => {
  const { state, system, release, before, desired } = input;
  input.report({ type: 'rollback_start', reason: failure.message });
  const left = await step(input, release.id, 'return', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'rolling_back', failure });
    });
    await system.failpoints('before-return');
    await movePointer(input.place, hold, system, { releaseId: release.id, seq: before.seq, kind: 'return' });
    const behind = await bringBack(input, hold, release.id, before);
    await system.failpoints('before-return-recorded');
    await recordReturn(input, hold, failure);
    await system.failpoints('after-return-recorded');
    return {
      value: behind,
      detail: `${before.version ?? 'nothing'} is active again${isBlamed(input, failure) ? `; ${desired.version} is avoided` : ''}`,
    };
  });
  input.report({ type: 'rollback_complete', version: before.version });
  return left;
};

/** An interruption says nothing against the version; neither does a heal of what runs already. */
const isBlamed = ({ desired, before }: ReleaseInput, failure: ReleaseFailure): boolean =>
  failure.code !== 'release-interrupted' && desired.version !== before.version;

/** The end of a release that went back. */
export const recordReturn = (input: ReleaseInput, hold: Hold, failure: ReleaseFailure): Promise<void> => {
  const { state, system, release, section, desired } = input;
  return state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    await changeRelease(transaction, release.id, { state: 'rolled_back', ended: true });
    if (isBlamed(input, failure)) {
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
      detail: { target: section.target, from: desired.version, to: input.before.version, code: failure.code },
    });
  });
};
