import { type Candidates, type CompletedCommand, valueFlags, wordsAfter } from './completion.ts';

// The scripts for bash and zsh have one shape: they find the command among the words, then what may stand at the cursor.
// Nothing that m3forge prints is ever expanded by the shell: names come back as lines and are compared, not evaluated.

/** What completes a kind of value, in the words of one shell. */
export interface Dialect {
  readonly file: string;
  readonly directory: string;
  readonly target: string;
  readonly words: (list: readonly string[]) => string;
}

const action = (candidates: Candidates, dialect: Dialect): string => {
  if (candidates === 'unknown') return ':';
  return typeof candidates === 'string' ? dialect[candidates] : dialect.words(candidates);
};

const caseOf = (subject: string, branches: readonly (readonly [pattern: string, action: string])[]): string =>
  [`  case ${subject} in`, ...branches.map(([pattern, what]) => `    ${pattern}) ${what} ;;`), '  esac'].join('\n');

const grouped = (
  branches: readonly (readonly [pattern: string, action: string])[],
): readonly (readonly [pattern: string, action: string])[] => {
  const byAction = new Map<string, string[]>();
  for (const [pattern, what] of branches) byAction.set(what, [...(byAction.get(what) ?? []), pattern]);
  return [...byAction].map(([what, patterns]) => [patterns.join('|'), what]);
};

/** `--target|--to`: flags whose value is the next word. */
export const flagPattern = (commands: readonly CompletedCommand[]): string =>
  valueFlags(commands)
    .map(({ name }) => name)
    .join('|');

/** Completes the value of the flag in `$previous`, and leaves. */
export const valueCase = (commands: readonly CompletedCommand[], dialect: Dialect): string =>
  caseOf(
    '"$previous"',
    grouped(valueFlags(commands).map(({ name, value }) => [name, `${action(value, dialect)}; return`])),
  );

/** Completes the flags of the command in `$command`, for a word that begins with a dash. */
export const flagCase = (commands: readonly CompletedCommand[], { words }: Dialect): string =>
  caseOf('"$command"', [
    ...commands.map(({ path, flags }) => [`'${path}'`, words(flags.map(({ name }) => name))] as const),
    ['*', words(['--help', '--version'])] as const,
  ]);

/** Completes the next word of a command that is not whole, or its argument. */
export const wordCase = (commands: readonly CompletedCommand[], dialect: Dialect): string => {
  const unfinished = [...wordsAfter(commands)].filter(([before]) => !commands.some(({ path }) => path === before));
  return caseOf('"$command"', [
    ...unfinished.map(([before, words]) => [`'${before}'`, dialect.words(words)] as const),
    ...grouped(commands.map(({ path, argument }) => [`'${path}'`, action(argument, dialect)])),
  ]);
};

/** Both words of a command, as patterns: a second word belongs to it only where there is such a command. */
export const commandPattern = (commands: readonly CompletedCommand[]): string =>
  commands
    .filter(({ path }) => path.includes(' '))
    .map(({ path }) => `'${path}'`)
    .join('|');
