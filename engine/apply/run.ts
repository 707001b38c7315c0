import { type Diagnostic, problem, Refusal, refuse } from '../diagnostics/index.ts';
import {
  appendAudit,
  changeRelease,
  type ReleaseFailure,
  type ReleaseState,
  recordVersion,
  requireLease,
} from '../state/index.ts';
import { activate } from './activate.ts';
import { type Hold, isDisplaced, type ReleaseInput, StepFailed } from './context.ts';
import { failureOf, goBack, recordFailure, recordSuccess } from './finish.ts';
import { type FreshLook, lookAgain, requireFresh } from './freshness.ts';
import { withHold } from './hold.ts';
import { recoverUnfinished } from './recover.ts';
import { verify } from './verify.ts';
import { backUp, checkCandidate, migratePlace, writeSequence } from './write.ts';

/** How a release ended. */
export interface ReleaseResult {
  readonly releaseId: string;
  readonly state: ReleaseState;
  /** The version that is active now. */
  readonly active: string | null;
  /** Empty where it succeeded. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Step 2 and 3: what was planned still holds, may still be done, and is now recorded as begun. */
const start = async (input: ReleaseInput, hold: Hold): Promise<FreshLook> => {
  const { section, state, system, release, place, recordAs, desired } = input;
  const look = await lookAgain(place.store, section);
  requireFresh(section, look);
  const clearance = await input.judgeAgain();
  if (clearance.sectionDigest !== section.digest) throw new Error('the clearance is for another section');
  await system.failpoints('before-start-recorded');
  await state.transaction(async (transaction) => {
    await requireLease(transaction, hold.lease);
    if (recordAs) {
      const version = { name: desired.version, manifestDigest: desired.manifestDigest, ...recordAs };
      await recordVersion(transaction, version, release.id);
    }
    await changeRelease(transaction, release.id, {
      state: 'in_progress',
      leaseId: hold.lease.id,
      fence: hold.fence,
      started: true,
    });
    await appendAudit(transaction, system.clock, {
      actor: release.requestedBy,
      event: `${section.kind}.started`,
      subject: release.id,
      detail: { target: section.target, version: desired.version, plan_digest: section.digest, plan_id: input.planId },
    });
  });
  await system.failpoints('after-start-recorded');
  return look;
};

/** A release that was refused before it began: it has written nothing, and the plan can be used another time. */
const recordRefused = async (input: ReleaseInput, error: unknown): Promise<void> => {
  await changeRelease(input.state, input.release.id, { state: 'cancelled', failure: failureOf(error), ended: true });
};

const checkpoint = (input: ReleaseInput, remainingMs: () => number): void => {
  if (input.system.interrupted.aborted) {
    throw refuse('release-interrupted', {
      detail: 'The release was interrupted.',
      hint: 'Apply again when you are ready.',
    });
  }
  if (remainingMs() <= 0) {
    throw refuse('release-timeout', {
      detail: `It took longer than the ${input.target.deployment.timeoutSeconds} s of "deployment.timeout_seconds".`,
    });
  }
};

type Failed = { readonly failure: ReleaseFailure; readonly error: unknown };

/** Steps 4 to 8. What fails here fails before anything was seen by anybody. */
const bring = async (input: ReleaseInput, hold: Hold, look: FreshLook, check: () => void): Promise<Hold> => {
  check();
  await migratePlace(input, look);
  check();
  await backUp(input, hold);
  check();
  if (input.desired.seq !== null) return activate(input, hold, input.desired.seq);
  const written = await writeSequence(input, hold, look);
  check();
  await checkCandidate(input, written.seq);
  check();
  return activate(input, written.hold, written.seq);
};

const attempt = async <T>(work: () => Promise<T>): Promise<{ readonly value: T } | Failed> => {
  try {
    return { value: await work() };
  } catch (error) {
    // Whoever displaced this process recovers the release; nothing more may be written here.
    if (isDisplaced(error)) throw error instanceof StepFailed ? error.cause : error;
    return { failure: failureOf(error), error };
  }
};

const carryOut = async (input: ReleaseInput, hold: Hold, look: FreshLook): Promise<ReleaseResult> => {
  const { clock } = input.system;
  const deadline = clock.monotonicMs() + input.target.deployment.timeoutSeconds * 1000;
  const remainingMs = (): number => deadline - clock.monotonicMs();
  const check = (): void => checkpoint(input, remainingMs);

  const brought = await attempt(() => bring(input, hold, look, check));
  if ('failure' in brought) {
    await recordFailure(input, hold, brought.failure);
    return ended(input, 'failed', input.section.from.version, brought);
  }
  const held = brought.value;
  const verified = await attempt(async () => {
    check();
    await verify(input, held, remainingMs);
    check();
  });
  if (!('failure' in verified)) {
    await recordSuccess(input, held);
    return { releaseId: input.release.id, state: 'succeeded', active: input.desired.version, diagnostics: [] };
  }
  return afterActivation(input, held, verified);
};

/** A failure after activation: go back, unless it was asked to keep what is there. */
const afterActivation = async (input: ReleaseInput, hold: Hold, failed: Failed): Promise<ReleaseResult> => {
  if (input.release.onFailure === 'keep') {
    await recordFailure(input, hold, failed.failure);
    return ended(input, 'failed', input.desired.version, failed, 'release-kept');
  }
  const returned = await attempt(() => goBack(input, hold, failed.failure));
  if (!('failure' in returned)) return ended(input, 'rolled_back', input.section.from.version, failed);
  await changeRelease(input.state, input.release.id, {
    state: 'rollback_failed',
    failure: returned.failure,
    ended: true,
  });
  return ended(input, 'rollback_failed', input.desired.version, returned, 'release-return-failed');
};

const isInterruption = ({ failure }: Failed): boolean => failure.code === 'release-interrupted';

const ended = (
  input: ReleaseInput,
  state: ReleaseState,
  active: string | null,
  failed: Failed,
  code: 'release-failed' | 'release-kept' | 'release-return-failed' = 'release-failed',
): ReleaseResult => {
  const cause = failed.error instanceof StepFailed ? failed.error.cause : failed.error;
  const why = cause instanceof Refusal ? cause.diagnostics : [];
  const summary = problem(isInterruption(failed) ? 'release-interrupted' : code, {
    detail: `The release of ${input.desired.version} to "${input.section.target}" ended in step "${failed.failure.step}": ${failed.failure.message} ${active ?? 'Nothing'} is active.`,
    address: input.section.target,
    hint: `See what happened with:\n\n    m3forge logs ${input.release.id}`,
  });
  return {
    releaseId: input.release.id,
    state,
    active,
    diagnostics: [summary, ...why.filter(({ code: own }) => own !== summary.code)],
  };
};

/** What a broken connection leaves open is said, never guessed. */
const outcomeUnknown = (input: ReleaseInput, error: unknown): Error =>
  refuse(
    'release-outcome-unknown',
    {
      detail: `The release of ${input.desired.version} to "${input.section.target}" could not be recorded to its end: ${failureOf(error).message}`,
      address: input.section.target,
      hint: `When the databases can be reached again, run:\n\n    m3forge recover --target ${input.section.target}`,
    },
    error,
  );

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
    holder: input.release.requestedBy,
    operation: `${input.section.kind} ${input.desired.version} to ${input.section.target}`,
    ciRun: input.ciRun,
    lockTimeoutMs: input.lockTimeoutMs,
    create: true,
  };
  try {
    return await withHold(hold, async (held) => {
      await recoverUnfinished(input, held);
      const look = await start(input, held);
      progress.begun = true;
      return carryOut(input, held, look);
    });
  } catch (error) {
    if (isDisplaced(error)) throw error;
    if (progress.begun) throw outcomeUnknown(input, error);
    await recordRefused(input, error);
    throw error;
  }
};
