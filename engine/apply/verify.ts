import type { SmokeTest } from '../config/index.ts';
import { refuse } from '../diagnostics/index.ts';
import { changeRelease, recordSmokeRun, requireLease } from '../state/index.ts';
import { counted } from '../values/index.ts';
import { failureOf, type Hold, isDisplaced, type ReleaseInput, StepFailed, say, step } from './context.ts';
import { requireServing } from './gateways.ts';
import { runTest, type TestResult } from './smoke-tests.ts';

/** So much of a failing check's output goes into the release's log. */
const mostOutput = 4000;

/**
 * A rollback is held up by no gateway: it would lead back to the version that somebody wants to get rid of. What was only
 * cut short says nothing of a gateway.
 */
const isForgiven = ({ byGateway }: TestResult, { section, system }: ReleaseInput): boolean =>
  section.kind === 'rollback' && byGateway === true && !system.interrupted.aborted;

/** In production, what nobody can say of an invocation counts against it, unless the configuration accepts that. */
const isAccepted = (result: TestResult, input: ReleaseInput): boolean => {
  const { target, isProduction } = input;
  if (result.verdict === 'passed' || isForgiven(result, input)) return true;
  return result.verdict === 'unattributed' && (!isProduction || target.deployment.acceptUnattributed);
};

const wordsOf = ({ verdict, detail }: TestResult, accepted: boolean): string => {
  if (verdict === 'unattributed') return `unattributed: ${detail}`;
  return accepted && verdict === 'failed'
    ? `failed because of the gateway, which holds up no rollback: ${detail}`
    : detail;
};

const failTest = async (input: ReleaseInput, hold: Hold, result: TestResult): Promise<never> => {
  const { release, section, system } = input;
  if (system.interrupted.aborted) {
    throw refuse('release-interrupted', { detail: `The smoke test "${result.name}" was interrupted.` });
  }
  if (result.output) await say(input, hold, release.id, 'error', result.output.slice(-mostOutput));
  if (result.verdict === 'unattributed') {
    throw refuse('smoke-test-unattributed', {
      detail: `The smoke test "${result.name}" did not fail, and nobody can say that ${input.desired.version} answered: ${result.detail}.`,
      address: section.target,
      hint: 'Where that is good enough in production, set `deployment.accept_unattributed: true`.',
    });
  }
  throw refuse('smoke-test-failed', {
    detail: `The smoke test "${result.name}" failed: ${result.detail.replace(/\.$/, '')}.`,
    address: section.target,
    hint: `See its output with:\n\n    m3forge logs ${release.id}`,
  });
};

const levelOf = (result: TestResult, accepted: boolean): 'info' | 'warn' | 'error' => {
  if (!accepted) return 'error';
  return result.verdict === 'passed' ? 'info' : 'warn';
};

/** Says how a test ended, and ends the release where that is not good enough. */
const take = async (input: ReleaseInput, hold: Hold, result: TestResult): Promise<void> => {
  const accepted = isAccepted(result, input);
  const detail = wordsOf(result, accepted);
  input.report({ type: 'verification', check: result.name, passed: accepted, detail });
  await say(input, hold, input.release.id, levelOf(result, accepted), `Smoke test "${result.name}": ${detail}`);
  if (!accepted) await failTest(input, hold, result);
};

/** Kept so that limits on a version can be judged by how it ran; what was only cut short says nothing of it. */
const keepRun = async (
  input: ReleaseInput,
  { lease }: Hold,
  { kind }: SmokeTest,
  { name: test, verdict }: TestResult,
  durationMs: number,
): Promise<void> => {
  const { state, release, desired, system } = input;
  if (system.interrupted.aborted) return;
  const { manifestDigest } = desired;
  await recordSmokeRun(state, lease, { id: release.id, manifestDigest }, { test, kind, verdict, durationMs });
};

type Ending = 'passed' | 'unattributed' | 'left out' | 'skipped';

/**
 * Runs one test wherever it is to run. It passed only where each of its results did, and there was one. Where one failed
 * and the release goes on, it is left out.
 */
const endingOf = async (
  input: ReleaseInput,
  hold: Hold,
  test: SmokeTest,
  seq: number,
  remainingMs: () => number,
): Promise<Ending> => {
  const { clock } = input.system;
  let ending: Ending = 'skipped';
  let began = clock.monotonicMs();
  for await (const result of runTest(input, hold, test, seq, remainingMs)) {
    await keepRun(input, hold, test, result, Math.round(clock.monotonicMs() - began));
    await take(input, hold, result);
    if (result.verdict === 'failed') ending = 'left out';
    else if (result.verdict === 'unattributed' && ending !== 'left out') ending = 'unattributed';
    else if (ending === 'skipped') ending = 'passed';
    began = clock.monotonicMs();
  }
  return ending;
};

const summaryOf = (endings: readonly Ending[], serving: string | undefined): string => {
  const count = (wanted: Ending): number => endings.filter((ending) => ending === wanted).length;
  const passed = endings.length === 0 ? 'no smoke tests to run' : `${counted(count('passed'), 'smoke test')} passed`;
  const others = (['unattributed', 'left out', 'skipped'] as const).filter((ending) => count(ending) > 0);
  return [
    passed,
    ...others.map((ending) => `${count(ending)} ${ending}`),
    ...(serving === undefined ? [] : [serving]),
  ].join(', ');
};

const runChecks = async (input: ReleaseInput, hold: Hold, seq: number, remainingMs: () => number): Promise<string> => {
  const { deployment, smokeTests } = input.target;
  const serving = await requireServing(input);
  const tests = deployment.runSmokeTests ? smokeTests : [];
  const endings: Ending[] = [];
  for (const test of tests) endings.push(await endingOf(input, hold, test, seq, remainingMs));
  return summaryOf(endings, serving);
};

const recordVerdict = async (input: ReleaseInput, hold: Hold, verdict: unknown): Promise<void> => {
  const { state, system, release, redact } = input;
  const failure = failureOf(new StepFailed('verify', verdict), redact);
  try {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'verifying', failure });
    });
  } catch (error) {
    if (isDisplaced(error)) throw error;
    // The verdict is what must be told; that it could not be recorded is the way back's failure too.
    system.log.warn(`the verdict could not be recorded: ${redact(String(error))}`);
  }
};

/** A verdict against the release is recorded before anything follows from it: recovery must not take it for unknown. */
const judged = async <T>(input: ReleaseInput, hold: Hold, checks: () => Promise<T>): Promise<T> => {
  try {
    return await checks();
  } catch (error) {
    if (isDisplaced(error)) throw error;
    await recordVerdict(input, hold, error);
    await input.system.failpoints('after-verdict-recorded');
    throw error;
  }
};

/** Looks at the gateways and runs the smoke tests against what is active now; the first that fails ends it. */
export const verify = async (
  input: ReleaseInput,
  hold: Hold,
  seq: number,
  remainingMs: () => number,
): Promise<void> => {
  const { state, system, release } = input;
  await step(input, hold, release.id, 'verify', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'verifying' });
    });
    await system.failpoints('after-verifying-recorded');
    const detail = await judged(input, hold, () => runChecks(input, hold, seq, remainingMs));
    await system.failpoints('after-smoke-tests');
    return { value: undefined, detail };
  });
};
