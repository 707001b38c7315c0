import type { CiWorkflow } from '../../operations/index.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

const said = { created: 'Written', replaced: 'Replaced', unchanged: 'Unchanged', printed: 'For' } as const;

/** What was written, and what has to be done at the host before it works. */
export const ciWorkflowWritten = ({ file, outcome, secrets, triggered, byHand }: CiWorkflow, style: Style): string =>
  [
    `${said[outcome]}: ${style.bold(inline(file))}`,
    '',
    'Commit it, and the next pull request has a preview.',
    triggered.length === 0
      ? 'No enabled target has triggers that release a new tag to it.'
      : `A new tag is released by itself to ${triggered.map(inline).join(', ')}.`,
    ...(byHand.length === 0 ? [] : [`By hand, with "Run workflow", to one of: ${byHand.map(inline).join(', ')}.`]),
    ...(secrets.length === 0
      ? []
      : [
          'These secrets have to be set at the repository, for releases alone:',
          '',
          ...secrets.map((one) => `    ${inline(one)}`),
        ]),
  ].join('\n');
