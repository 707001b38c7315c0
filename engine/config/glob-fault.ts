import { globMatcher } from '../values/index.ts';

const closing: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')' };

/** The first bracket of a glob that is never closed; a backslash takes the next character literally. */
const unclosed = (glob: string): string | undefined => {
  const open: string[] = [];
  for (let at = 0; at < glob.length; at += 1) {
    const char = glob.charAt(at);
    if (char === '\\') at += 1;
    else if (char === '[') {
      // Inside a class only its end means something, and not as its first character.
      const end = glob.indexOf(']', at + (/^\[[!^]/.test(glob.slice(at)) ? 3 : 2));
      if (end === -1) return char;
      at = end;
    } else if (char === '{' || char === '(') open.push(char);
    else if (open.length > 0 && char === closing[open.at(-1) ?? '']) open.pop();
  }
  return open.at(0);
};

const most = 3;

const countOf = (text: string, wildcard: RegExp): number => [...text.matchAll(wildcard)].length;

/** `@(a|b)`, once: with a wildcard inside or a repetition behind it there is no end to the ways it could match. */
const wordChoice = /@\([^()*+?[\]{}!@/]*\)(?!\+)/g;

/** What takes time without bound to compare: each wildcard more multiplies the ways in which a name could match. */
const costly = (glob: string): string | undefined => {
  const plain = glob.replace(/\\./g, '');
  const bare = plain.replace(/\[[^\]]*\]/g, '').replace(wordChoice, '');
  if (bare.includes('(')) return 'of parentheses only @(a|b) with plain words is accepted';
  const parts = plain.split('/');
  if (parts.filter((part) => part === '**').length > most) return `"**" stands in it more than ${most} times`;
  const crowded = parts.some((part) => part !== '**' && countOf(part, /\*+/g) > most);
  return crowded ? `more than ${most} "*" stand between two slashes` : undefined;
};

/** Why a glob can match nothing, or not what it says, or not in time; undefined where it can be used. */
export const faultOfGlob = (glob: string): string | undefined => {
  if (glob === '') return 'it is empty';
  const bracket = unclosed(glob);
  if (bracket !== undefined) return `the "${bracket}" is never closed`;
  if (/(^|[^\\])(\\\\)*\\$/.test(glob)) return 'it ends with a backslash';
  const cost = costly(glob);
  if (cost !== undefined) return cost;
  try {
    globMatcher([glob]);
    return undefined;
  } catch {
    return 'it is too long';
  }
};
