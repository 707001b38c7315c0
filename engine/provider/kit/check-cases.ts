import type { CheckAnswer, CheckFixture, CheckQuestion, ProviderOptions } from '../author.ts';
import { type ConformanceCase, expectThat, NotConforming, textOf } from './case.ts';

export interface CheckSubject {
  readonly run: (question: CheckQuestion) => Promise<CheckAnswer>;
  readonly fixture: CheckFixture;
  /** Whether a text shows a secret. */
  readonly isLeak: (text: string) => boolean;
  readonly directory: string;
}

const usualMs = 10_000;
/** A check that gets only this long … */
const shortMs = 400;
/** … must have answered by then: machines are slow. */
const patienceMs = 5000;

const never = new AbortController().signal;

const ask = async (
  { run, directory }: CheckSubject,
  options: ProviderOptions,
  { timeoutMs = usualMs, signal = never } = {},
): Promise<CheckAnswer> => {
  const variables = {
    M3FORGE_TARGET: 'target',
    M3FORGE_ENVIRONMENT: 'environment',
    M3FORGE_VERSION: 'v1.0.0',
    M3FORGE_RELEASE: '0',
  };
  try {
    return await run({ name: 'conformance', options, timeoutMs, directory, variables, signal });
  } catch (error) {
    throw new NotConforming(`it threw instead of answering: ${textOf(error).slice(0, 300)}`);
  }
};

const expectAnswer = ({ isLeak }: CheckSubject, answer: CheckAnswer, passed: boolean): void => {
  const { detail, output = '' } = answer;
  expectThat(answer.passed === passed, `it ${passed ? 'did not pass' : 'passed'}: ${detail}`);
  expectThat(typeof detail === 'string' && detail.trim() !== '', 'the detail says nothing');
  expectThat(!detail.includes('\n'), 'the detail has more than one line');
  expectThat(typeof output === 'string', 'the output is no text');
  expectThat(!isLeak(detail) && !isLeak(output), 'the answer shows a secret');
};

const within = async <T>(work: Promise<T>, what: string): Promise<T> => {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new NotConforming(`${what} had not ended after ${patienceMs / 1000} s`)),
    patienceMs,
  );
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};

/** What the contract asks of a check. */
export const checkCases = (subject: CheckSubject): readonly ConformanceCase[] => {
  const { passing, failing, broken, hanging } = subject.fixture;
  const answers = (options: ProviderOptions, passed: boolean) => async (): Promise<void> =>
    expectAnswer(subject, await ask(subject, options), passed);
  const inTime = (hangs: ProviderOptions) => async (): Promise<void> =>
    expectAnswer(
      subject,
      await within(ask(subject, hangs, { timeoutMs: shortMs }), 'a check without an answer'),
      false,
    );
  const whenAborted = (options: ProviderOptions) => async (): Promise<void> => {
    const work = ask(subject, options, { signal: AbortSignal.timeout(shortMs) });
    expectAnswer(subject, await within(work, 'a check that nobody waits for'), false);
  };
  return [
    { title: 'what works passes', why: 'a release goes back where a check does not pass', run: answers(passing, true) },
    {
      title: 'asked again, it answers the same',
      why: 'a check that changes what it looks at is part of the trouble',
      run: async () => {
        await answers(passing, true)();
        await answers(passing, true)();
      },
    },
    { title: 'what does not work does not pass', why: 'that is what a check is for', run: answers(failing, false) },
    {
      title: 'what cannot be reached does not pass, and shows no secret',
      why: 'that something does not work is an answer; an error is taken for a fault of the provider',
      run: answers(broken, false),
    },
    ...(hanging === undefined
      ? []
      : [
          {
            title: 'what never answers does not pass, in time',
            why: 'a release waits for its checks, with the new version active',
            run: inTime(hanging),
          },
          {
            title: 'a check that nobody waits for any more ends',
            why: 'Ctrl-C asks to finish or undo what is under way',
            run: whenAborted(hanging),
          },
        ]),
  ];
};
