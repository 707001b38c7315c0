import { defineCodes } from './define.ts';

/** The commands that keep a project and its records in order. */
export const commandCodes = defineCodes({
  'format-unfaithful': { summary: 'Formatting would change more than the form', exit: 1 },
  'init-exists': { summary: 'There is a configuration already', exit: 1 },
  'ci-exists': { summary: 'There is another workflow file already', exit: 1 },
  'state-address-unknown': { summary: 'Nothing of this address is recorded', exit: 1 },
  'state-address-ambiguous': { summary: 'The address begins more than one', exit: 1 },
  'state-not-forgettable': { summary: 'This cannot be forgotten', exit: 1 },
  'completion-shell-unknown': { summary: 'No such shell', exit: 1 },
});
