import type { CiWorkflow } from '../../operations/index.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

const said = { created: 'Written', replaced: 'Replaced', unchanged: 'Unchanged', printed: 'For' } as const;

/** What was written, and what has to be done at the host before it works. */
export const ciWorkflowWritten = ({ file, outcome, secrets, targets }: CiWorkflow, style: Style): string =>
  [
    `${said[outcome]}: ${style.bold(inline(file))}`,
    '',
    'Commit it, and the next pull request has a preview.',
    targets.length === 0
      ? 'No enabled target is released to when a version is tagged.'
      : `A tag is released to ${targets.map(inline).join(', ')}.`,
    ...(secrets.length === 0
      ? []
      : [
          'These secrets have to be set at the repository, for releases alone:',
          '',
          ...secrets.map((one) => `    ${inline(one)}`),
        ]),
  ].join('\n');
