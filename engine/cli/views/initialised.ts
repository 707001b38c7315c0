import { relative } from 'node:path';
import type { Initialised } from '../../operations/index.ts';
import { inline } from './escape.ts';
import { shellWord } from './shell-word.ts';
import type { Style } from './style.ts';

/** The commands between a new project and its first release, ready to be copied. */
export const nextSteps = ({ directory, created, repository }: Initialised, cwd: string): readonly string[] => {
  const { exists, nextVersion, unignored } = repository;
  const path = relative(cwd, directory);
  const add = [...created, ...(unignored.length > 0 ? ['.gitignore'] : [])];
  return [
    ...(path === '' ? [] : [`cd ${shellWord(path)}`]),
    ...(exists ? [] : ['git init --quiet']),
    ...(unignored.length > 0 ? [`printf '${unignored.map((one) => `${one}\\n`).join('')}' >> .gitignore`] : []),
    `git add ${add.join(' ')}`,
    'git commit --quiet --message "Begin with m3forge"',
    `git tag --annotate ${nextVersion} --message "The first version of m3forge"`,
    'm3forge plan',
    'm3forge apply',
  ];
};

/** What was made, and what to do next. */
export const initialisedText = (made: Initialised, cwd: string, style: Style): string =>
  [
    `Made in ${inline(made.directory)}:`,
    ...made.created.map((path) => `  ${style.green('+')} ${inline(path)}`),
    '',
    'A version is a tag of the repository. To release the first one:',
    '',
    ...nextSteps(made, cwd).map((line) => `    ${inline(line)}`),
    '',
    `An editor with a YAML language server completes and checks m3forge.yaml by ${inline(made.schema)}.`,
  ].join('\n');
