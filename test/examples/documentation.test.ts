import { describe, expect, test } from 'vitest';
import { commandsOf, patternOf } from './documentation.ts';

describe('what a document shows as output', () => {
  test.each([
    ['the same', 'Plan: 1 to add.', 'Plan: 1 to add.\n', true],
    ['something else', 'Plan: 1 to add.', 'Plan: 2 to add.\n', false],
    ['a dot, which means itself', 'a.b', 'aXb\n', false],
    ['lines that begin with anything else', 'first', 'zero\nfirst\n', true],
    ['… within a line', 'took … s', 'took 0.4 s\n', true],
    ['… for any lines', 'first\n…\nlast', 'first\n2\n3\nlast\n', true],
    ['… for no lines', 'first\n…\nlast', 'first\nlast\n', true],
    ['a line too few', 'first\nlast', 'first\n2\nlast\n', false],
  ])('%s', (_, shown, printed, matches) => {
    expect(patternOf(shown).test(printed)).toBe(matches);
  });
});

test('commands are the lines of a shell block, with the exit code that a comment names', () => {
  const text = '# a comment\nm3forge plan \\\n  --json\n\nm3forge drift  # exit code 2\n';
  expect(commandsOf({ language: 'sh', title: undefined, text })).toEqual([
    { line: 'm3forge plan    --json', exit: 0, output: undefined },
    { line: 'm3forge drift', exit: 2, output: undefined },
  ]);
});

test('commands are the lines after a prompt, with what is printed under them', () => {
  const text = '$ m3forge drift # exit code 2\nchanged\n  by hand\n$ m3forge status\n';
  expect(commandsOf({ language: 'console', title: undefined, text })).toEqual([
    { line: 'm3forge drift', exit: 2, output: 'changed\n  by hand' },
    { line: 'm3forge status', exit: 0, output: undefined },
  ]);
});
