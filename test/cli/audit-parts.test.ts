import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AuditPrinter, auditJson, auditList } from '../../engine/cli/views/audit.ts';
import { auditCsv } from '../../engine/cli/views/audit-csv.ts';
import { jsonText } from '../../engine/cli/views/escape.ts';
import { plainStyle } from '../../engine/cli/views/style.ts';
import type { AuditEntry } from '../../engine/operations/index.ts';
import { chainOf } from '../support/audit.ts';

const entries = fc
  .array(fc.record({ actor: fc.string({ unit: 'grapheme' }), subject: fc.string() }), { maxLength: 12 })
  .map((said) =>
    chainOf(said.map((one) => ({ ...one, event: 'e', environment: null, origin: null, detail: { text: one.actor } }))),
  );

/** What is printed of entries that come in parts of this size. */
const inParts = ({ part, end }: AuditPrinter, all: readonly AuditEntry[], size: number): string => {
  const parts = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
  return [...parts.map(part), end()].filter((text) => text !== undefined).join('\n');
};

test('JSON that comes in parts is, to its last character, the array that came whole', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 5 }), (all, size) => {
      expect(inParts(auditJson(), all, size)).toBe(jsonText(all));
    }),
  );
});

test('CSV that comes in parts has one heading, with no entry too', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 5 }), (all, size) => {
      expect(inParts(auditCsv(), all, size)).toBe(inParts(auditCsv(), all, 100));
    }),
  );
  expect(inParts(auditCsv(), [], 1)).toMatch(/^n,at,actor/);
});

test('a table that comes in parts has one heading, and columns that never become narrower', () => {
  const said = ['a', 'a longer name', 'b'].map((actor) => ({ actor, subject: 's', event: 'e', environment: null }));
  const all = chainOf(said.map((one) => ({ ...one, origin: null, detail: {} })));
  expect(inParts(auditList(plainStyle), all, 1).split('\n')).toEqual([
    'n  time                  actor  action  environment  subject  from',
    '1  2026-01-01 00:00:00Z  a      e       -            s        -',
    '2  2026-01-01 00:01:00Z  a longer name  e       -            s        -',
    '3  2026-01-01 00:02:00Z  b              e       -            s        -',
  ]);
  expect(inParts(auditList(plainStyle), [], 1)).toBe('No entry matches.');
});
