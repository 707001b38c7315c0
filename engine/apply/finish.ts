import type { Queryable } from '../database/index.ts';
import { type Diagnostic, refuse } from '../diagnostics/index.ts';
import type { ConfigurationChange } from '../plan/index.ts';
import {
  addAvoid,
  appendAudit,
  changeRelease,
  type ReleaseFailure,
  recordDeclared,
  requireLease,
} from '../state/index.ts';
import type { JsonObject } from '../values/index.ts';
import { movePointer } from './activate.ts';
import { type Hold, type ReleaseInput, step } from './context.ts';
import { settleReview, supersedeReviews } from './emergency.ts';
import { bringBack } from './gateways.ts';
import { failed, succeeded, wentBack } from './news.ts';

/** A release that is still the last to have moved the place's pointer, under its own fence; else somebody else took over. */
const requireOwnActivation = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  const status = await input.place.store.status();
  if (status?.fence === hold.fence && status.activation?.releaseId === input.release.id) return;
  throw refuse('place-fenced', {
    detail: `The place was taken over while ${input.desired.version} was verified.`,
    hint: 'Run "m3forge status" to see what the other release did.',
  });
};

/** Puts the configuration that came with the release into effect; returns what somebody else has changed meanwhile. */
const recordConfiguration = async (
  { system, release, section, declared }: ReleaseInput,
  { placeId }: Hold,
  transaction: Queryable,
): Promise<readonly string[]> => {
  if (declared.changes.length === 0) return [];
  const changes = declared.changes.map((change) =>
    change.after && declared.settles && change.address.startsWith('target.')
      ? { ...change, after: { ...change.after, placeId } }
      : change,
  );
  const overtaken = await recordDeclared(transaction, changes, release.id);
  await appendAudit(transaction, system, {
    actor: release.actor,
    event: declared.isFirst ? 'configuration.bootstrap' : 'configuration.recorded',
    subject: release.id,
    environment: section.environment,
    detail: configurationDetail(section.target, section.configuration_changes, overtaken),
  });
  return overtaken;
};

/** What the audit trail keeps of a change of the configuration. */
export const configurationDetail = (
  target: string | null,
  changes: readonly ConfigurationChange[],
  overtaken: readonly string[],
): JsonObject => ({
  target,
  addresses: changes.map(({ address, actions }) => `${actions[0] ?? ''} ${address}`),
  loosens: changes.flatMap(({ address, loosens }) => loosens.map((text) => `${address}: ${text}`)),
  ...(overtaken.length > 0 && { overtaken }),
});

/** The end of a release that went well. A rollback by hand leaves a version that must not come back by itself. */
export const recordSuccess = async (input: ReleaseInput, hold: Hold): Promise<void> => {
  const { state, system, release, section, desired } = input;
  let overtaken: readonly string[] = [];
  await system.failpoints('before-success-recorded');
  await step(input, hold, release.id, 'finish', async () => {
    await requireOwnActivation(input, hold);
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      if (!(await changeRelease(transaction, release.id, { state: 'succeeded', ended: true }))) return;
      const left = input.before.version;
      if (section.kind === 'rollback' && left !== null && left !== desired.version) {
        await addAvoid(transaction, {
          placeId: hold.placeId,
          version: left,
          reason: release.reason ?? `rolled back to ${desired.version}`,
          releaseId: release.id,
        });
      }
      if (section.kind === 'rollback') {
        const to = { placeId: hold.placeId, version: desired.version };
        await supersedeReviews(input, transaction, to, release.actor);
      }
      await appendAudit(transaction, system, {
        actor: release.actor,
        event: `${section.kind}.succeeded`,
        subject: release.id,
        environment: section.environment,
        detail: { target: section.target, version: desired.version, plan_digest: section.digest },
      });
      await input.tell(transaction, succeeded(input));
      overtaken = await recordConfiguration(input, hold, transaction);
    });
    const left = overtaken.length === 0 ? '' : `; ${overtaken.join(', ')} was recorded otherwise by somebody else`;
    return { value: undefined, detail: `${desired.version} succeeded${left}` };
  });
  await system.failpoints('after-success-recorded');
};

/**
 * The end of a release that failed before anything was activated, that is kept, or that could not go back. `active` is the
 * version that is active now, and `wasActivated` says whether it is this release's doing.
 */
export const recordFailure = async (
  input: ReleaseInput,
  hold: Hold,
  to: 'failed' | 'rollback_failed',
  failure: ReleaseFailure,
  { active, wasActivated }: { readonly active: string | null; readonly wasActivated: boolean },
): Promise<void> => {
  const { state, system, release, section } = input;
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    if (!(await changeRelease(transaction, release.id, { state: to, failure, ended: true }))) return;
    if (!wasActivated) await settleReview(input, transaction, release.id, release.actor);
    await appendAudit(transaction, system, {
      actor: release.actor,
      event: `${section.kind}.${to}`,
      subject: release.id,
      environment: section.environment,
      detail: { target: section.target, step: failure.step, code: failure.code },
    });
    await input.tell(transaction, failed(input, to, failure, active));
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
  const left = await step(input, hold, release.id, 'return', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'rolling_back', failure });
    });
    await system.failpoints('before-return');
    const { seq, variables } = before;
    await movePointer(input.place, hold, system, { releaseId: release.id, seq, kind: 'return', variables });
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
    if (!(await changeRelease(transaction, release.id, { state: 'rolled_back', ended: true }))) return;
    await settleReview(input, transaction, release.id, release.actor);
    if (isBlamed(input, failure)) {
      await addAvoid(transaction, {
        placeId: hold.placeId,
        version: desired.version,
        reason: failure.message,
        releaseId: release.id,
      });
    }
    await appendAudit(transaction, system, {
      actor: release.actor,
      event: `${section.kind}.rolled_back`,
      subject: release.id,
      environment: section.environment,
      detail: { target: section.target, from: desired.version, to: input.before.version, code: failure.code },
    });
    await input.tell(transaction, wentBack(input, failure));
  });
};
