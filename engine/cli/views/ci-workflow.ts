import type { CiWorkflow } from '../../operations/index.ts';
import { inline } from './escape.ts';
import type { Style } from './style.ts';

const said = { created: 'Written', replaced: 'Replaced', unchanged: 'Unchanged', printed: 'For' } as const;

/** Whether there will be previews. */
const next = {
  here: 'Commit it, and the next pull request has a preview.',
  elsewhere: 'There will be no preview: `source_control` of the configuration names a host of another kind.',
  nowhere: 'There will be no preview before `source_control` of the configuration says where the pull requests are.',
} as const;

const listed = (what: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [] : [what, '', ...names.map((one) => `    ${inline(one)}`)];

/** What was written, and what has to be done at the host before it works. */
export const ciWorkflowWritten = (made: CiWorkflow, style: Style): string => {
  const { file, outcome, secrets, variables, unsettable, pullRequests, triggered, byHand } = made;
  return [
    `${said[outcome]}: ${style.bold(inline(file))}`,
    '',
    next[pullRequests],
    triggered.length === 0
      ? 'No enabled target has triggers that release a new tag to it.'
      : `A new tag is released by itself to ${triggered.map(inline).join(', ')}.`,
    ...(byHand.length === 0 ? [] : [`By hand, with "Run workflow", to one of: ${byHand.map(inline).join(', ')}.`]),
    ...listed('These variables have to be set at the repository; they are no secrets:', variables),
    ...listed('These secrets have to be set at the repository, for releases alone:', secrets),
    ...listed('The host keeps names like these to itself: call them something else in the configuration:', unsettable),
  ].join('\n');
};
