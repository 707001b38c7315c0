import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { valueFlag } from './flags.ts';

export const justificationFlag = () =>
  valueFlag('--justification', 'TEXT', 'why this is an emergency, at a target of that type');

/** As many characters as the operation asks for at least. */
const shortest = 10;

/** What says too little to be one. */
export const checkJustification = (text: string | undefined): readonly Diagnostic[] =>
  text === undefined || [...text.trim()].length >= shortest
    ? []
    : [
        problem('usage-flag-value', {
          detail: `--justification is "${text}", which says too little.`,
          hint: `Say in ${shortest} characters or more why nobody can wait for gates and approvals.`,
        }),
      ];
