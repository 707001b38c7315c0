import { type Diagnostic, problem, Refusal, refuse, warning } from '../diagnostics/index.ts';
import { type ReleaseFailure, type ReleaseRecord, type ReleaseState, releaseById } from '../state/index.ts';
import { causeOf, failureOf, type ReleaseInput } from './context.ts';

/** How a release ended. */
export interface ReleaseResult {
  readonly releaseId: string;
  readonly state: ReleaseState;
  /** The version that is active now. */
  readonly active: string | null;
  /** No error among them where it succeeded. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What ended a step, as it is recorded and as it was thrown. */
export type Failed = { readonly failure: ReleaseFailure; readonly error: unknown };

const isInterruption = ({ failure }: Failed): boolean => failure.code === 'release-interrupted';

/** Where the wrong version stayed active, how to put the former one back comes first. */
const hintAfter = ({ release, section, before }: ReleaseInput, code: string): string => {
  const logs = `See what happened with:\n\n    m3forge logs ${release.id}`;
  if (code === 'release-failed' || before.version === null) return logs;
  return `Put the former version back with:\n\n    m3forge apply --target ${section.target} --version ${before.version}\n\n${logs}`;
};

export const ended = (
  input: ReleaseInput,
  state: ReleaseState,
  active: string | null,
  failed: Failed,
  code: 'release-failed' | 'release-kept' | 'release-return-failed' = 'release-failed',
): ReleaseResult => {
  const cause = causeOf(failed.error);
  const why = cause instanceof Refusal ? cause.diagnostics : [];
  const summary = problem(isInterruption(failed) ? 'release-interrupted' : code, {
    detail: `The release of ${input.desired.version} to "${input.section.target}" ended in step "${failed.failure.step}": ${failed.failure.message.replace(/\.*$/, '.')} ${active ?? 'Nothing'} is active.`,
    address: input.section.target,
    hint: hintAfter(input, code),
  });
  return {
    releaseId: input.release.id,
    state,
    active,
    diagnostics: [summary, ...why.filter(({ code: own }) => own !== summary.code)],
  };
};

/** The release as it is recorded, if it has an end there; undefined where it has none, or where nobody can say. */
const recordedEnd = async ({ state, system, release, redact }: ReleaseInput): Promise<ReleaseRecord | undefined> => {
  const read = () => releaseById(state, release.id);
  try {
    const record = await read().catch(async () => {
      await state.database.reconnect();
      return read();
    });
    return record?.endedAt ? record : undefined;
  } catch (error) {
    system.log.warn(`how the release ended could not be read: ${redact(String(error))}`);
    return undefined;
  }
};

const activeNow = async ({ place, desired, before }: ReleaseInput, state: ReleaseState): Promise<string | null> => {
  if (state === 'succeeded') return desired.version;
  if (state === 'rolled_back') return before.version;
  return (await place.store.status())?.marker?.version ?? null;
};

const codeOfEnd = ({ state }: ReleaseRecord, isDesiredActive: boolean): Parameters<typeof ended>[4] => {
  if (state === 'rollback_failed') return 'release-return-failed';
  return state === 'failed' && isDesiredActive ? 'release-kept' : 'release-failed';
};

/**
 * The true end of a release that went wrong after its end was recorded: an end that is recorded stands, whatever could not
 * be done after it. Undefined where none is recorded.
 */
export const endInState = async (input: ReleaseInput, error: unknown): Promise<ReleaseResult | undefined> => {
  const record = await recordedEnd(input);
  if (!record) return undefined;
  const { section, desired, before, redact, release } = input;
  const active = await activeNow(input, record.state).catch(() => undefined);
  // Only the place could say which of the two is active.
  if (active === undefined) return undefined;
  const unjournaled = warning('release-end-unjournaled', {
    detail: `The release of ${desired.version} to "${section.target}" is recorded as ${record.state.replace('_', ' ')}. What came after that went wrong: ${failureOf(error, redact).message}`,
    address: section.target,
    hint: `What is active is told by:\n\n    m3forge status --target ${section.target}`,
  });
  if (record.state === 'succeeded') {
    return { releaseId: release.id, state: 'succeeded', active, diagnostics: [unjournaled] };
  }
  const failure = record.failure ?? failureOf(error, redact);
  const isDesiredActive = active === desired.version && active !== before.version;
  const end = ended(input, record.state, active, { failure, error }, codeOfEnd(record, isDesiredActive));
  return { ...end, diagnostics: [...end.diagnostics, unjournaled] };
};

/** What a broken connection leaves open is said, never guessed. */
export const outcomeUnknown = (input: ReleaseInput, error: unknown): never => {
  throw refuse(
    'release-outcome-unknown',
    {
      detail: `The release of ${input.desired.version} to "${input.section.target}" could not be recorded to its end: ${failureOf(error, input.redact).message}`,
      address: input.section.target,
      hint: `When the databases can be reached again, run:\n\n    m3forge recover --target ${input.section.target}\n\nHow it ended, if it has ended, is told by:\n\n    m3forge status --target ${input.section.target}`,
    },
    error,
  );
};
