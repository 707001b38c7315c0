import { expect, test } from 'vitest';
import { diagnosticBoxes } from '../../engine/cli/views/diagnostics.ts';
import { foldCauses } from '../../engine/cli/views/failures.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import { problem, warning } from '../../engine/diagnostics/index.ts';

const readLog = 'See what happened with:\n\n    m3forge logs 4711';
const failed = problem('release-failed', {
  detail: 'The release of v2 to "a" ended in step "verify": The smoke test "ping" failed: exit code 1. v1 is active.',
  address: 'a',
  hint: readLog,
});
const cause = problem('smoke-test-failed', {
  detail: 'The smoke test "ping" failed: exit code 1..',
  address: 'a',
  hint: 'See its output with:\n\n    m3forge logs 4711',
});

test('a failed release is one box, with its cause on a line', () => {
  expect(diagnosticBoxes(foldCauses([failed, cause]), plainStyle)).toBe(
    [
      '╷ Error: The release failed [release-failed]',
      '│ in a',
      '│',
      '│ The release of v2 to "a" ended in step "verify": The smoke test "ping" failed: exit code 1. v1 is active.',
      '│ Cause: A smoke test failed [smoke-test-failed]',
      '│',
      '│ See what happened with:',
      '│',
      '│     m3forge logs 4711',
      '╵',
    ].join('\n'),
  );
});

test('what the ending does not say already is kept', () => {
  const other = problem('database-disk-full', { detail: 'The disk is full.', hint: 'Make room.' });
  const [folded, ...rest] = foldCauses([failed, other]);
  expect(rest).toEqual([]);
  expect(folded?.detail).toContain('The disk is full. [database-disk-full]');
  expect(folded?.hint).toBe(`${readLog}\n\nMake room.`);
});

test('each failure keeps its own causes, and what is no failure of a release stays as it is', () => {
  const note = warning('workflow-field-ignored', { detail: 'x' });
  const blocked = problem('release-blocked', { detail: 'y' });
  expect(foldCauses([blocked, cause, note])).toEqual([blocked, cause, note]);
  expect(foldCauses([failed, cause, failed, note]).map(({ code }) => code)).toEqual([
    ...['release-failed', 'release-failed', 'workflow-field-ignored'],
  ]);
  expect(foldCauses([])).toEqual([]);
});
