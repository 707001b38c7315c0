import { type Diagnostic, problem } from '../diagnostics/index.ts';
import { isExactVersion, isVersionRange } from '../values/index.ts';

/**
 * Judges a version that was given as a flag. An empty one, such as that of a variable which is not set, would otherwise
 * be read as the range of all versions. Pure.
 */
export const checkVersion = (name: string, value: string | undefined): readonly Diagnostic[] => {
  if (value === undefined || value === 'latest' || isExactVersion(value)) return [];
  if (value.trim() !== '' && isVersionRange(value)) return [];
  return [
    problem('usage-flag-value', {
      detail: value.trim() === '' ? `${name} is empty.` : `${name} is "${value}", which is no version.`,
      hint: 'A version is exact, such as v1.3.0; a range, such as ^1.3; or latest.',
    }),
  ];
};
