import { type Candidates, type CompletedCommand, type CompletedFlag, valueFlags, wordsAfter } from './completion.ts';

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const argumentsOf = (candidates: Candidates): string => {
  if (candidates === 'unknown') return '-x';
  if (candidates === 'file') return '-r -F';
  if (candidates === 'directory') return "-x -a '(__fish_complete_directories)'";
  if (candidates === 'target') return "-x -a '(__m3forge_targets)'";
  return `-x -a ${quoted(candidates.join(' '))}`;
};

const flagLine = (path: string, { name, description, takesValue, value }: CompletedFlag): string => {
  const at = `complete -c m3forge -n ${quoted(`__m3forge_is "${path}"`)}`;
  const about = `-d ${quoted(description)}`;
  // A value that is part of the flag is completed with it, as one word.
  if (name.includes('=')) {
    const typed = quoted(`__m3forge_is "${path}"; and string match -q -- "-*" (commandline -ct)`);
    return `complete -c m3forge -n ${typed} -a ${quoted(name)} ${about}`;
  }
  return `${at} -l ${name.slice(2)} ${takesValue ? `${argumentsOf(value)} ` : ''}${about}`;
};

const commandLines = ({ path, argument, flags }: CompletedCommand): readonly string[] => [
  ...(argument === 'unknown'
    ? []
    : [`complete -c m3forge -n ${quoted(`__m3forge_is "${path}"`)} ${argumentsOf(argument).replace(/^-[rx] /, '')}`]),
  ...flags.map((flag) => flagLine(path, flag)),
];

const wordLines = (commands: readonly CompletedCommand[]): readonly string[] =>
  [...wordsAfter(commands)].flatMap(([before, words]) =>
    words.map((word) => {
      const path = before === '' ? word : `${before} ${word}`;
      const summary = commands.find((command) => command.path === path)?.summary ?? `${word} …`;
      return `complete -c m3forge -n ${quoted(`__m3forge_is "${before}"`)} -a ${word} -d ${quoted(summary)}`;
    }),
  );

/** A script for fish: sourced, or put into \`completions/m3forge.fish\`. */
export const fishCompletion = (commands: readonly CompletedCommand[]): string => {
  const twoWords = commands.filter(({ path }) => path.includes(' ')).map(({ path }) => quoted(path));
  const takers = valueFlags(commands).map(({ name }) => name);
  return [
    '# Completion of m3forge for fish:',
    '#     m3forge completion fish | source',
    'function __m3forge_walk',
    '  # Sets what the words before the cursor come to: the command, and the flags that say where its configuration is.',
    '  set -g __m3forge_command ""',
    '  set -g __m3forge_context',
    '  set -l words (commandline -opc)',
    '  set -e words[1]',
    '  while set -q words[1]',
    '    set -l word $words[1]',
    '    set -e words[1]',
    '    switch $word',
    '      case --chdir --config',
    '        set -a __m3forge_context $word $words[1]',
    '        set -e words[1]',
    "      case '--chdir=*' '--config=*'",
    '        set -a __m3forge_context $word',
    `      case ${takers.join(' ')}`,
    '        set -e words[1]',
    "      case '-*'",
    "      case '*'",
    '        if test -z "$__m3forge_command"',
    '          set -g __m3forge_command $word',
    `        else if contains -- "$__m3forge_command $word" ${twoWords.join(' ')}`,
    '          set -g __m3forge_command "$__m3forge_command $word"',
    '        end',
    '    end',
    '  end',
    'end',
    'function __m3forge_is',
    '  __m3forge_walk',
    '  test "$__m3forge_command" = "$argv[1]"',
    'end',
    'function __m3forge_targets',
    '  __m3forge_walk',
    '  m3forge completion --targets $__m3forge_context 2>/dev/null',
    'end',
    'complete -c m3forge -f',
    ...wordLines(commands),
    ...commands.flatMap(commandLines),
  ].join('\n');
};
