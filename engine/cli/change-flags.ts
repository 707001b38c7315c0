import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { listFlag } from './flags.ts';

/** More than any host counts to. */
const written = /^#?([1-9]\d{0,8})$/;

export const pullRequestFlag = () => listFlag('--pull-request', 'NUMBER', 'what this pull request brought');
export const commitFlag = () => listFlag('--commit', 'COMMIT', 'this commit of the branch');
export const labelFlag = () => listFlag('--label', 'LABEL', 'a label that they have');

/** The number of a pull request, written as `342` or `#342`; undefined for what is none. */
export const numberOf = (text: string): number | undefined => {
  const [, digits] = written.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

export const numbersOf = (texts: readonly string[]): readonly number[] => texts.flatMap((text) => numberOf(text) ?? []);

/** What is no number of a pull request. */
export const numberProblems = (texts: readonly string[]): readonly Diagnostic[] =>
  texts
    .filter((text) => numberOf(text) === undefined)
    .map((text) =>
      problem('usage-flag-value', {
        detail: `--pull-request is "${text}", which is no number.`,
        hint: 'Write a number such as 342.',
      }),
    );

/** The same for the one that a command is about. */
export const pullRequestProblems = (text: string): readonly Diagnostic[] =>
  numberOf(text) === undefined
    ? [
        problem('usage-flag-value', {
          detail: `NUMBER is "${text}", which is no number of a pull request.`,
          hint: 'Write a number such as 342.',
        }),
      ]
    : [];

/** Nothing is named that could be put somewhere or taken from there. */
export const changesMissing = (
  named: { readonly pullRequest: readonly string[]; readonly commit: readonly string[] },
  hint: string,
): readonly Diagnostic[] =>
  named.pullRequest.length > 0 || named.commit.length > 0
    ? []
    : [problem('usage-flag-missing', { detail: 'Neither --pull-request nor --commit is given.', hint })];

/** A word that must be one of a few. */
export const wordProblems = (
  flag: string,
  word: string | undefined,
  known: readonly string[],
): readonly Diagnostic[] =>
  word === undefined || known.includes(word)
    ? []
    : [
        problem('usage-flag-value', {
          detail: `${flag} is "${word}".`,
          hint: `Write one of ${known.join(', ')}.`,
        }),
      ];
