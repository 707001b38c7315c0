import { defineCodes } from './define.ts';

/** Change sets: what was merged, and is released together. */
export const changeSetCodes = defineCodes({
  'changeset-unknown': { summary: 'No such change set', exit: 1 },
  'changeset-ambiguous': { summary: 'More than one change set fits', exit: 1 },
  'changeset-text': { summary: 'A text that cannot be used', exit: 1 },
  'changeset-exists': { summary: 'An open change set has this name', exit: 6 },
  'changeset-closed': { summary: 'The change set became a version', exit: 6 },
  'changeset-changed': { summary: 'The change set was changed meanwhile', exit: 1 },
  'changeset-taken': { summary: 'A change belongs to another change set', exit: 6 },
  'changeset-lacks': { summary: 'The change is not in the change set', exit: 1 },
  'changeset-empty': { summary: 'Nothing is in the change set', exit: 6 },
  'changeset-not-ready': { summary: 'The change set is not ready', exit: 6 },
  'changeset-not-contained': { summary: 'A commit does not have the whole change set', exit: 6 },
  'changeset-in-version': { summary: 'A change is in a version already', exit: 6 },
  'changeset-carried': { summary: 'A part of another change set would come along', exit: 6 },
  'changeset-pull-request-unknown': { summary: 'No such pull request was merged', exit: 1 },
  'changeset-pull-request-ambiguous': { summary: 'More than one commit says that it is the pull request', exit: 1 },
  'changeset-commit-elsewhere': { summary: 'The commit is not one of the branch', exit: 6 },
  'changeset-none-unclaimed': { summary: 'No merged pull request is left', exit: 1 },
  'changeset-rule-missing': { summary: 'No rule is for these labels', exit: 1 },
});
