import { expect, test } from 'vitest';
import { momentOf } from '../../engine/cli/time-bounds.ts';
import { auditCsv } from '../../engine/cli/views/audit-csv.ts';
import { chainOf } from '../support/audit.ts';

test('a spreadsheet takes no text of the trail for a formula, and no quote for the end of a cell', () => {
  const [entry] = chainOf([
    {
      ...{ actor: '=cmd|"/C calc"!A0', event: 'release.started', subject: '+1, 2\n3', environment: null },
      ...{ origin: null, detail: { reason: '@x' } },
    },
  ]);
  expect(entry && auditCsv().part([entry])).toBe(
    [
      'n,at,actor,action,environment,subject,detail,origin,previous,hash',
      `1,2026-01-01T00:00:00.000Z,"'=cmd|""/C calc""!A0",release.started,,"'+1, 2\\u{000a}3","{""reason"":""@x""}",,${'0'.repeat(64)},${entry?.hash}`,
    ].join('\n'),
  );
});

test.each([
  ['2026-03-01', '2026-03-01T00:00:00.000Z', '2026-03-02T00:00:00.000Z'],
  ['2026-12-31', '2026-12-31T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2026-03-29T02:30:00+01:00', '2026-03-29T01:30:00.000Z', '2026-03-29T01:30:00.000Z'],
  ['2026-03-01T09:30Z', '2026-03-01T09:30:00.000Z', '2026-03-01T09:30:00.000Z'],
])('%s is a time', (text, start, end) => {
  expect([momentOf(text, '--start'), momentOf(text, '--end')]).toEqual([start, end]);
});

test.each([
  '',
  'yesterday',
  '2026',
  '2026-02-30',
  '2026-13-01',
  '0000-01-01T00:00+01:00',
  '2026-03-01T25:00Z',
  '2026-03-01T09:30',
  '01.03.2026',
])('"%s" is none', (text) => expect(momentOf(text, '--start')).toBeUndefined());
