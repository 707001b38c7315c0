import { refuse } from '../diagnostics/index.ts';
import { appendAudit, endUnstarted, recordVersion, releaseOfPlan, requireLease } from '../state/index.ts';
import { activate } from './activate.ts';
import { begin } from './begin.ts';
import { causeOf, failureOf, type Hold, isDisplaced, isOutOfTouch, type ReleaseInput } from './context.ts';
import { ended, endInState, type Failed, outcomeUnknown, type ReleaseResult } from './end.ts';
import { goBack, recordFailure, recordReturn, recordSuccess } from './finish.ts';
import { type FreshLook, lookAgain, requireFresh } from './freshness.ts';
import { bringForward, requirePreflight } from './gateways.ts';
import { withHold } from './hold.ts';
import { begun } from './news.ts';
import { pause, pausedCode } from './pause.ts';
import { recoverUnfinished } from './recover.ts';
import { readTruth, wasMoved } from './truth.ts';
import { verify } from './verify.ts';
import { wayBackIsDrifted } from './way-back.ts';
import { backUp, checkCandidate, migratePlace, writeSequence } from './write.ts';

/** Two may have been given the same saved plan: the first to begin has it. */
const requireUnused = async ({ state, planId, section }: ReleaseInput): Promise<void> => {
  const used = await releaseOfPlan(state, planId, section.target);
  if (!used) return;
  throw refuse('plan-used', {
    detail: `The section for "${section.target}" of this plan was used by release ${used.id} meanwhile.`,
    address: section.target,
    hint: 'A plan is used once. Plan again.',
  });
};

/** Step 2 and 3: what was planned still holds, may still be done, and is now recorded as begun. */
const start = async (input: ReleaseInput, hold: Hold, atBegin: () => void): Promise<FreshLook> => {
  const { section, state, system, release, place, recordAs, desired } = input;
  const look = await lookAgain(place.store, section);
  requireFresh(section, look);
  const clearance = await input.judgeAgain();
  if (clearance.sectionDigest !== section.digest) throw new Error('the clearance is for another section');
  await requirePreflight(input, hold);
  await system.failpoints('before-start-recorded');
  await requireUnused(input);
  // From here on the release may be recorded as begun, whatever answer the COMMIT gets.
  atBegin();
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    if (recordAs) {
      const version = { name: desired.version, manifestDigest: desired.manifestDigest, ...recordAs };
      await recordVersion(transaction, version, release.id);
    }
    await begin(input, hold, clearance, transaction);
    await input.tell(transaction, begun(input));
  });
  await system.failpoints('after-start-recorded');
  return look;
};

/**
 * A release that was refused before it began: it has written nothing, and the plan can be used another time. One that
 * waited for approvals waits on, with those that it has.
 */
const recordRefused = async (input: ReleaseInput, error: unknown): Promise<void> => {
  const { state, release, section, desired, system, redact } = input;
  if (release.hasWaited) return;
  const failure = failureOf(error, redact);
  const record = state.transaction(async (transaction) => {
    if (!(await endUnstarted(transaction, release.id, { state: 'cancelled', failure }))) return false;
    await appendAudit(transaction, system, {
      actor: release.actor,
      event: `${section.kind}.cancelled`,
      subject: release.id,
      environment: section.environment,
      detail: { target: section.target, version: desired.version, code: failure.code, reason: failure.message },
    });
    return true;
  });
  const isRecorded = await record.catch((second: unknown) => {
    // The refusal itself is what must be told; a release that never began is superseded by the next.
    system.log.warn(`the refusal could not be recorded: ${redact(String(second))}`);
    return false;
  });
  if (isRecorded) input.audited(causeOf(error));
};

const windowClosed = ({ section, windowCloses }: ReleaseInput): Error =>
  windowCloses?.pauses
    ? refuse(pausedCode, { detail: `A window of "${section.target}" closed before anything was activated.` })
    : refuse('release-window-closed', {
        detail: `A window of "${section.target}" closed before anything was activated, and ends what is under way.`,
        hint: 'Apply again when it is open.',
      });

const checkpoint = (input: ReleaseInput, remainingMs: () => number, closesMs = Infinity): void => {
  if (input.system.interrupted.aborted) {
    throw refuse('release-interrupted', {
      detail: 'The release was interrupted.',
      hint: 'Apply again when you are ready.',
    });
  }
  if (closesMs <= 0) throw windowClosed(input);
  if (remainingMs() <= 0) {
    throw refuse('release-timeout', {
      detail: `It took longer than the ${input.target.deployment.timeoutSeconds} s of "deployment.timeout_seconds".`,
    });
  }
};

/** Steps 4 to 7. What fails here fails before anything was seen by anybody. */
const bring = async (
  input: ReleaseInput,
  hold: Hold,
  look: FreshLook,
  check: () => void,
): Promise<{ readonly seq: number; readonly hold: Hold }> => {
  check();
  await migratePlace(input, hold, look);
  check();
  await backUp(input, hold);
  check();
  if (input.desired.seq !== null) return { seq: input.desired.seq, hold };
  const written = await writeSequence(input, hold, look);
  check();
  await checkCandidate(input, written.hold, written.seq);
  check();
  return written;
};

const attempt = async <T>(
  { redact }: ReleaseInput,
  work: () => Promise<T>,
): Promise<{ readonly value: T } | Failed> => {
  try {
    return { value: await work() };
  } catch (error) {
    // Whoever displaced this process recovers the release; nothing more may be written here.
    if (isDisplaced(error)) throw causeOf(error);
    return { failure: failureOf(error, redact), error };
  }
};

/**
 * The time after the activation. A gateway that keeps to itself uses it up, and a rollback is not taken back for that: each
 * of its tests has its own time, and all of them together no other end.
 */
const timeOnceActive = ({ section, target }: ReleaseInput, remainingMs: () => number): (() => number) =>
  section.kind === 'rollback' ? () => target.deployment.timeoutSeconds * 1000 : remainingMs;

const carryOut = async (input: ReleaseInput, hold: Hold, look: FreshLook): Promise<ReleaseResult> => {
  const { clock } = input.system;
  const deadline = clock.monotonicMs() + input.target.deployment.timeoutSeconds * 1000;
  const remainingMs = (): number => deadline - clock.monotonicMs();
  const closes = input.windowCloses?.atMs ?? Infinity;
  const check = (): void => checkpoint(input, remainingMs, closes - clock.monotonicMs());

  const brought = await attempt(input, () => bring(input, hold, look, check));
  if ('failure' in brought) return notActivated(input, hold, brought);
  const activated = await attempt(input, () => activate(input, brought.value.hold, brought.value.seq));
  if ('failure' in activated) return afterDoubt(input, brought.value.hold, activated);
  const held = activated.value;
  const left = timeOnceActive(input, remainingMs);
  const verified = await attempt(input, async () => {
    checkpoint(input, left);
    await bringForward(input, held, brought.value.seq, left);
    checkpoint(input, left);
    await verify(input, held, brought.value.seq, left);
    checkpoint(input, left);
  });
  if ('failure' in verified) return afterActivation(input, held, verified);
  await recordSuccess(input, held);
  return { releaseId: input.release.id, state: 'succeeded', active: input.desired.version, diagnostics: [] };
};

const notActivated = async (input: ReleaseInput, hold: Hold, failed: Failed): Promise<ReleaseResult> => {
  if (failed.failure.code === pausedCode) return pause(input, hold, failed);
  await recordFailure(input, hold, 'failed', failed.failure, { active: input.before.version, wasActivated: false });
  return ended(input, 'failed', input.before.version, failed);
};

/** Once B may have been sent, no error says whether it happened: the place does. */
const afterDoubt = async (input: ReleaseInput, hold: Hold, failed: Failed): Promise<ReleaseResult> => {
  const truth = await readTruth(input.place, hold, input.release.id);
  return wasMoved(truth.traces, 'activate')
    ? afterActivation(input, truth.hold, failed)
    : notActivated(input, truth.hold, failed);
};

/** A failure after activation: go back, unless it was asked to keep what is there. */
const afterActivation = async (input: ReleaseInput, hold: Hold, failed: Failed): Promise<ReleaseResult> => {
  if (input.release.onFailure === 'keep' || wayBackIsDrifted(input.section)) {
    await recordFailure(input, hold, 'failed', failed.failure, { active: input.desired.version, wasActivated: true });
    return ended(input, 'failed', input.desired.version, failed, 'release-kept');
  }
  return wayBack(input, hold, failed, mostReturns);
};

/** What hinders going back may have passed a moment later; the wrong version must not stay active for that. */
const mostReturns = 2;

const wayBack = async (input: ReleaseInput, hold: Hold, failed: Failed, tries: number): Promise<ReleaseResult> => {
  const returned = await attempt(input, () => goBack(input, hold, failed.failure));
  if (!('failure' in returned)) {
    const end = ended(input, 'rolled_back', input.before.version, failed);
    return { ...end, diagnostics: [...end.diagnostics, ...returned.value] };
  }
  const truth = await readTruth(input.place, hold, input.release.id);
  if (wasMoved(truth.traces, 'return')) {
    await recordReturn(input, truth.hold, failed.failure);
    return ended(input, 'rolled_back', input.before.version, failed);
  }
  if (tries > 1) return wayBack(input, truth.hold, failed, tries - 1);
  const end = { active: input.desired.version, wasActivated: true };
  await recordFailure(input, truth.hold, 'rollback_failed', returned.failure, end);
  return ended(input, 'rollback_failed', input.desired.version, returned, 'release-return-failed');
};

/**
 * Carries out exactly one cleared section, journaled step by step, and reports how it ended. Throws `Refusal` where it
 * was refused before it began, where another process took over, and where the outcome is not known.
 */
export const runRelease = async (input: ReleaseInput): Promise<ReleaseResult> => {
  const progress = { begun: false };
  const hold = {
    system: input.system,
    state: input.state,
    place: input.place,
    holder: input.release.actor,
    operation: `${input.section.kind} ${input.desired.version} to ${input.section.target}`,
    ciRun: input.ciRun,
    lockTimeoutMs: input.lockTimeoutMs,
    create: true,
  };
  try {
    return await withHold(hold, async (held) => {
      await recoverUnfinished(input, held);
      const look = await start(input, held, () => {
        progress.begun = true;
      });
      return carryOut(input, held, look);
    });
  } catch (error) {
    // Whoever has the place by now ends what was begun, and supersedes what was not.
    if (isDisplaced(error)) throw causeOf(error);
    if (progress.begun) return (await endInState(input, error)) ?? outcomeUnknown(input, error);
    if (!isOutOfTouch(error)) await recordRefused(input, error);
    throw causeOf(error);
  }
};
