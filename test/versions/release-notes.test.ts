import { describe, expect, test } from 'vitest';
import { releaseNotes } from '../../engine/versions/index.ts';
import { noteOf } from '../../engine/versions/release-notes.ts';

const commit = (subject: string, body = '') => ({ id: 'c0ffee'.repeat(6), author: 'Alice', subject, body });

describe('what a commit says of itself', () => {
  test.each([
    ['Merge pull request #342 from acme/classify', 'Add invoice classification\n', 'Add invoice classification', 342],
    ['Merge pull request #7 from acme/empty', '', 'Merge pull request #7 from acme/empty', 7],
    ["Merge pull request 'Fix the time-out' (#341) from fix into main", '', 'Fix the time-out', 341],
    ['Faster extraction (#339)', 'Details.', 'Faster extraction', 339],
    ['Add (#1) to the prompt', '', 'Add (#1) to the prompt', null],
    ['Correct a total', '', 'Correct a total', null],
  ])('%s', (subject, body, title, pullRequest) => {
    expect(noteOf(commit(subject, body))).toMatchObject({ title, pullRequest, group: 'other' });
  });

  test.each([
    ['feat: classify invoices (#3)', '', 'feature', 'classify invoices'],
    ['fix(extract): a total (#4)', '', 'fix', 'a total'],
    ['perf: fewer tokens', '', 'performance', 'fewer tokens'],
    ['feat!: another shape of results', '', 'breaking', 'another shape of results'],
    ['fix: totals', 'BREAKING CHANGE: they are strings now', 'breaking', 'totals'],
    ['docs: explain (#5)', '', 'other', 'docs: explain'],
    ['constructor: rename', '', 'other', 'constructor: rename'],
  ])('%s goes under its group', (subject, body, group, title) => {
    expect(noteOf(commit(subject, body))).toMatchObject({ group, title });
  });
});

test('notes group what was merged, and say what became of the artifacts', () => {
  const notes = releaseNotes({
    version: 'v1.3.0',
    base: 'v1.2.0',
    bump: 'minor',
    commits: [
      commit('feat: classify invoices (#342)'),
      commit("Merge pull request 'fix: a time-out' (#341) from x into main"),
      commit('Tidy\u001b[31m up\u2028'),
    ],
    evidence: [{ address: 'workflow.classify', bump: 'minor', because: 'new' }],
  });
  expect(notes).toBe(`# v1.3.0

A minor version after v1.2.0.

## Features

- classify invoices (#342)

## Bug fixes

- a time-out (#341)

## Other changes

- Tidy [31m up (c0ffeec0)

## Artifacts

- workflow.classify: new (minor)
`);
});

test('notes of very many commits stay readable', () => {
  const many = Array.from({ length: 1000 }, (_, index) => commit(`feat: change ${index}`));
  const notes = releaseNotes({ version: 'v1.0.0', base: undefined, bump: undefined, commits: many, evidence: [] });
  expect(notes).toContain('- … and 800 more');
  expect(notes).toContain('The first version.');
  expect(Buffer.byteLength(notes)).toBeLessThan(64 * 1024);
});
