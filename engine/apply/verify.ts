import type { SmokeTest } from '../config/index.ts';
import { refuse } from '../diagnostics/index.ts';
import type { CheckResult } from '../provider/index.ts';
import { changeRelease, requireLease } from '../state/index.ts';
import { counted, type JsonObject } from '../values/index.ts';
import { type Hold, type ReleaseInput, say, step } from './context.ts';

/** So much of a failing check's output goes into the release's log. */
const mostOutput = 4000;

const optionsOf = (test: SmokeTest): JsonObject => {
  if (test.kind === 'run') return { run: test.command };
  if (test.kind === 'check') return test.options;
  return {
    url: test.url,
    expect_status: test.expectStatus,
    verify_ssl: test.verifyTls,
    ...(test.expectJson && { expect_json: test.expectJson }),
  };
};

const runTest = async (input: ReleaseInput, test: SmokeTest, remainingMs: number): Promise<CheckResult> => {
  const check = await input.openCheck(test);
  return check.run({
    name: test.name,
    options: optionsOf(test),
    timeoutMs: Math.min(test.timeoutSeconds * 1000, remainingMs),
    directory: input.directory,
    variables: {
      M3FORGE_TARGET: input.section.target,
      M3FORGE_ENVIRONMENT: input.section.environment,
      M3FORGE_VERSION: input.desired.version,
      M3FORGE_RELEASE: input.release.id,
    },
    redact: input.redact,
    signal: input.system.interrupted,
  });
};

/** Runs the smoke tests against what is active now; the first that fails ends it. */
export const verify = async (input: ReleaseInput, hold: Hold, remainingMs: () => number): Promise<void> => {
  const { state, system, release, target } = input;
  await step(input, release.id, 'verify', async () => {
    await state.transaction(async (transaction) => {
      await requireLease(transaction, hold.lease);
      await changeRelease(transaction, release.id, { state: 'verifying' });
    });
    await system.failpoints('after-verifying-recorded');
    const tests = target.deployment.runSmokeTests ? target.smokeTests : [];
    for (const test of tests) {
      const result = await runTest(input, test, Math.max(remainingMs(), 1));
      input.report({ type: 'verification', check: test.name, passed: result.passed, detail: result.detail });
      await say(input, release.id, result.passed ? 'info' : 'error', `Smoke test "${test.name}": ${result.detail}`);
      if (result.passed) continue;
      if (system.interrupted.aborted) {
        throw refuse('release-interrupted', { detail: `The smoke test "${test.name}" was interrupted.` });
      }
      if (result.output) await say(input, release.id, 'error', result.output.slice(-mostOutput));
      throw refuse('smoke-test-failed', {
        detail: `The smoke test "${test.name}" failed: ${result.detail.replace(/\.$/, '')}.`,
        address: input.section.target,
        hint: `See its output with:\n\n    m3forge logs ${release.id}`,
      });
    }
    await system.failpoints('after-smoke-tests');
    return {
      value: undefined,
      detail: tests.length === 0 ? 'no smoke tests to run' : `${counted(tests.length, 'smoke test')} passed`,
    };
  });
};
