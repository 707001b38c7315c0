import { describe, expect, test } from 'vitest';
import { releaseNotes } from '../../engine/versions/index.ts';
import { noteOf } from '../../engine/versions/release-notes.ts';

const nothingElse = { leftOut: 0, changeSets: [] };

const commit = (subject: string, body = '') => ({ id: 'c0ffee'.repeat(6), author: 'Alice', subject, body });

describe('what a commit says of itself', () => {
  test.each([
    ['Merge pull request #342 from acme/classify', 'Add invoice classification\n', 'Add invoice classification', 342],
    ['Merge pull request #7 from acme/empty', '', 'Merge pull request #7 from acme/empty', 7],
    ["Merge pull request 'Fix the time-out' (#341) from fix into main", '', 'Fix the time-out', 341],
    ["Merge pull request 'It's done' (#8) from acme/fix", '', "It's done", 8],
    ["Merge pull request 'In another tracker' (!9) from acme:fix into main", '', 'In another tracker', 9],
    ['No number that a host would give (#12345678901)', '', 'No number that a host would give (#12345678901)', null],
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
    ...nothingElse,
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

test('notes of change sets say what belongs together, and take from their types what a title does not say', () => {
  const [first, second, third] = ['Classify invoices (#342)', 'docs: explain (#341)', 'Tidy up'].map(
    (subject, index) => ({
      ...commit(subject),
      id: String(index).repeat(40),
    }),
  );
  const commits = [first, second, third].flatMap((one) => one ?? []);
  const notes = releaseNotes({
    ...{ version: 'v1.3.0', base: 'v1.2.0', bump: 'minor', commits, evidence: [], leftOut: 2 },
    changeSets: [
      {
        ...{ name: 'Invoice processing v2', description: 'Finds more.', type: 'feature' },
        changes: [
          { commit: '0'.repeat(40), pullRequest: 342 },
          { commit: '1'.repeat(40), pullRequest: 341 },
        ],
      },
    ],
  });
  expect(notes).toBe(`# v1.3.0 - Invoice processing v2

A minor version after v1.2.0.

## Change sets

- Invoice processing v2 (feature): #342, #341. Finds more.

## Features

- Classify invoices (#342)

## Other changes

- docs: explain (#341)
- Tidy up (22222222)

2 older commits are not listed.
`);
});

test('notes of very many commits stay readable', () => {
  const many = Array.from({ length: 1000 }, (_, index) => commit(`feat: change ${index}`));
  const notes = releaseNotes({
    version: 'v1.0.0',
    base: undefined,
    bump: undefined,
    commits: many,
    evidence: [],
    ...nothingElse,
  });
  expect(notes).toContain('- … and 800 more');
  expect(notes).toContain('The first version.');
  expect(Buffer.byteLength(notes)).toBeLessThan(64 * 1024);
});
