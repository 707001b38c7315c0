import { type Diagnostic, problem, type SourceRange } from '../diagnostics/index.ts';

/** Enough to mend a file by; a hostile one could hold millions. */
export const mostProblems = 100;

/** Keys that mean something to JavaScript objects: nobody needs them, and attackers do. */
export const isForbiddenKey = (key: string): boolean =>
  key === '__proto__' || key === 'constructor' || key === 'prototype';

export const forbiddenKey = (key: string, range: SourceRange): Diagnostic =>
  problem('document-forbidden-key', { detail: `The key "${key}" is not accepted anywhere.`, range });

export const duplicateKey = (key: string, firstLine: number, range: SourceRange): Diagnostic =>
  problem('document-duplicate-key', {
    detail: `The key ${JSON.stringify(key)} is given on line ${firstLine} and again on line ${range.start.line}.`,
    range,
    hint: 'Remove one of the two.',
  });

export const tooDeep = (limit: number, range: SourceRange): Diagnostic =>
  problem('document-too-deep', { detail: `The nesting goes deeper than ${limit} levels here.`, range });

export const inexactNumber = (range: SourceRange): Diagnostic =>
  problem('document-inexact-number', {
    detail: 'This number has more digits, or is larger, than a double-precision number can keep.',
    range,
    hint: 'Write it as a string, or with fewer digits.',
  });

/** Whether PostgreSQL and canonical JSON can hold a string. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

export const unstorableString = (text: string, range: SourceRange): Diagnostic => {
  const what = text.includes('\0') ? 'the character U+0000' : 'half of a surrogate pair';
  return problem('document-bad-string', { detail: `This string contains ${what}.`, range });
};
