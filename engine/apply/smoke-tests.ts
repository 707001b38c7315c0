import type { SmokeTest } from '../config/index.ts';
import { type OpenGateway, runInvocation, type Verdict } from '../gateways/index.ts';
import type { CheckResult } from '../provider/index.ts';
import type { JsonObject, JsonValue, Secret } from '../values/index.ts';
import { type Hold, type ReleaseInput, say } from './context.ts';

/** How one smoke test ended, at one gateway where it asks them. */
export interface TestResult {
  /** Its name, with the gateway. */
  readonly name: string;
  readonly verdict: Verdict['verdict'];
  readonly detail: string;
  readonly output: string;
  /** A gateway is why it did not pass, and not what was released. */
  readonly byGateway?: boolean;
}

type Kind<K extends SmokeTest['kind']> = Extract<SmokeTest, { readonly kind: K }>;

const fromCheck = (name: string, { passed, detail, output }: CheckResult): TestResult => ({
  name,
  verdict: passed ? 'passed' : 'failed',
  detail,
  output,
});

const runCheck = async (
  input: ReleaseInput,
  test: Exclude<SmokeTest, { readonly kind: 'invoke' }>,
  options: JsonObject,
  timeoutMs: number,
  { name, token }: { readonly name: string; readonly token?: Secret | undefined } = test,
): Promise<CheckResult> => {
  const check = await input.openCheck(test);
  return check.run({
    name,
    options,
    timeoutMs,
    directory: input.directory,
    ...(token && { token }),
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

const httpOptions = (test: Kind<'http'>, url: string, verifyTls: boolean): JsonObject => ({
  url,
  expect_status: test.expectStatus,
  verify_ssl: verifyTls,
  ...(test.expectJson && { expect_json: test.expectJson }),
});

/** The released document of a workflow, as the place has it; undefined where the version has none of this name. */
const releasedDocument = async ({ place }: ReleaseInput, seq: number, name: string): Promise<JsonValue | undefined> => {
  const [line] = await place.store.lines(seq, [{ kind: 'workflow', name }]);
  if (!line) return undefined;
  for await (const { body } of place.store.bodies([line.digest])) return JSON.parse(body.toString('utf8')) as JsonValue;
  return undefined;
};

/** Runs a workflow at each of the gateways. A former version need not have it: going back is not held up by that. */
async function* invokeAt(
  input: ReleaseInput,
  hold: Hold,
  test: Kind<'invoke'>,
  gateways: readonly OpenGateway[],
  seq: number,
  timeout: () => number,
): AsyncGenerator<TestResult> {
  const { workflow, queue } = test;
  const { release, desired, section, system } = input;
  const document = await releasedDocument(input, seq, workflow);
  if (document === undefined && section.kind === 'rollback') {
    const skipped = `Smoke test "${test.name}" skipped: ${desired.version} has no "${workflow}"`;
    await say(input, hold, release.id, 'warn', skipped);
    return;
  }
  for (const open of gateways) {
    const verdict = await runInvocation(system, open, {
      workflow,
      document,
      version: desired.version,
      queue,
      input: test.input,
      reference: `${release.id}/${test.name}/${open.id}`,
      timeoutMs: timeout(),
    });
    yield { name: `${test.name} at ${open.id}`, ...verdict, output: '' };
  }
}

/** Runs one smoke test: once, or at each gateway that gets traffic until one says no. */
export async function* runTest(
  input: ReleaseInput,
  hold: Hold,
  test: SmokeTest,
  seq: number,
  remainingMs: () => number,
): AsyncGenerator<TestResult> {
  const timeout = (): number => Math.min(test.timeoutSeconds * 1000, Math.max(remainingMs(), 1));
  if (test.kind === 'run') {
    yield fromCheck(test.name, await runCheck(input, test, { run: test.command }, timeout()));
    return;
  }
  if (test.kind === 'check') {
    yield fromCheck(test.name, await runCheck(input, test, test.options, timeout()));
    return;
  }
  if (test.kind === 'http' && test.url !== undefined) {
    yield fromCheck(test.name, await runCheck(input, test, httpOptions(test, test.url, test.verifyTls), timeout()));
    return;
  }
  const asked = input.gateways.filter(({ drained }) => !drained);
  if (asked.length === 0) {
    yield {
      name: test.name,
      verdict: 'unattributed',
      detail: 'every gateway is drained, so none was asked',
      output: '',
      byGateway: true,
    };
  }
  if (test.kind === 'invoke') {
    yield* invokeAt(input, hold, test, asked, seq, timeout);
    return;
  }
  for (const open of asked) {
    const options = httpOptions(test, `${open.url.replace(/\/+$/, '')}${test.path ?? '/'}`, open.verifyTls);
    const name = `${test.name} at ${open.id}`;
    const result = await runCheck(input, test, options, timeout(), { name, token: open.token });
    yield { ...fromCheck(name, result), byGateway: result.unanswered === true };
  }
}
