import { defineCodes } from './define.ts';

/** The host of a repository, with its pull requests. */
export const sourceControlCodes = defineCodes({
  'source-control-none': { summary: 'The configuration names no host of pull requests', exit: 1 },
  'source-control-refused': { summary: 'The host of the repository does not allow this', exit: 1 },
  'source-control-unknown': { summary: 'The host of the repository does not know this', exit: 1 },
  'source-control-limited': { summary: 'The host of the repository takes no more requests for now', exit: 1 },
  'source-control-unreachable': { summary: 'The host of the repository cannot be asked now', exit: 1 },
  'source-control-answer': { summary: 'The host of the repository did not do what it was asked', exit: 1 },
  'pull-request-not-merged': { summary: 'The pull request is not merged', exit: 6 },
});
