import { expect, test } from 'vitest';
import { findCollisions } from '../../engine/artifacts/index.ts';

const workflow = (name: string, path: string) => ({ kind: 'workflow' as const, name, path });

test('two workflows of one name are one error that names both files', () => {
  expect(findCollisions([workflow('a', 'x/1.json'), workflow('b', 'x/2.json'), workflow('a', 'x/3.json')])).toEqual([
    {
      severity: 'error',
      code: 'artifact-name-taken',
      summary: 'Two artifacts share one name',
      detail: 'x/1.json and x/3.json define the workflow "a".',
      address: 'workflow.a',
      range: {
        filename: 'x/3.json',
        start: { line: 1, column: 1, byte: 0 },
        end: { line: 1, column: 1, byte: 0 },
      },
      hint: 'Rename one of them.',
    },
  ]);
});

test('names that differ only in case are one name to some file systems and people', () => {
  const [complaint] = findCollisions([workflow('Straße', '1.json'), workflow('STRASSE', '2.json')]);
  expect(complaint?.detail).toBe(
    '1.json and 2.json define the workflows "Straße" and "STRASSE", which differ only in case.',
  );
});

test('a workflow and an agent may share a name', () => {
  expect(findCollisions([workflow('a', '1.json'), { kind: 'agent', name: 'a', path: '2.json' }])).toEqual([]);
});
