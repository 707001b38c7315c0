import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventNames, noticeOf } from '../../engine/notifications/notice.ts';
import { sampleOf } from '../../engine/notifications/samples.ts';
import type { Happening } from '../../engine/state/index.ts';
import { mailOf } from '../../providers/email/mail.ts';
import { expectPlain } from '../hostile/looked-at.ts';
import { naughtyStrings } from '../hostile/naughty-strings.ts';

const identity = {
  id: '11111111-2222-4333-8444-555555555555',
  at: new Date('2026-11-28T02:00:00.000Z'),
  project: 'invoices',
};

const sampled = { target: 'production', environment: 'production', by: 'alice' };

const told = (happening: Happening) => noticeOf(happening, identity);

/** As it stands in a mail, with what decides how it looks elsewhere. */
const shown = (happening: Happening): string => {
  const { type, tone, alert, ...notice } = told(happening);
  const alerting = alert ? `, alert ${alert.action}s ${alert.key}` : '';
  return `${type} (${tone}${alerting})\n\n${mailOf({ ...notice, type, tone, alert }, 'm3forge@example.com').text}`;
};

const variants: readonly Happening[] = [
  { ...sampleOf('succeeded', sampled), kind: 'rollback', from: 'v1.4.0', reason: 'totals are wrong' } as Happening,
  { ...sampleOf('succeeded', sampled), kind: 'restore' } as Happening,
  { ...sampleOf('failed', sampled), active: 'v1.3.0' } as Happening,
  { ...sampleOf('failed', sampled), active: null, from: null } as Happening,
  { ...sampleOf('recovered', sampled), outcome: 'succeeded', kind: 'rollback', active: 'v1.3.0' } as Happening,
  {
    ...sampleOf('hold_added', sampled),
    target: null,
    environment: null,
    until: '2099-01-01T00:00:00.000Z',
  } as Happening,
  { ...sampleOf('hold_lifted', sampled), version: 'v1.2.0', held_for: null } as Happening,
  { event: 'test', ...sampled },
];

test('each event has its words', async () => {
  const pages = [...eventNames.map((event) => sampleOf(event, sampled)), ...variants].map(shown);
  await expect(pages.join('\n----\n\n')).toMatchFileSnapshot(join(import.meta.dirname, 'golden/told.txt'));
});

test('there are more than ten events, and a sample of each', () => {
  expect(eventNames.length).toBeGreaterThan(10);
  expect(eventNames.map((event) => sampleOf(event, sampled).event)).toEqual(eventNames);
});

test('what failed is closed by the next success of the same target, and by that of no other', () => {
  const keyOf = (happening: Happening) => told(happening).alert;
  const elsewhere = { ...sampled, target: 'staging' };
  expect(keyOf(sampleOf('failed', sampled))?.key).toBe(keyOf(sampleOf('succeeded', sampled))?.key);
  expect(keyOf(sampleOf('failed', sampled))?.key).not.toBe(keyOf(sampleOf('succeeded', elsewhere))?.key);
  expect(keyOf(sampleOf('rolled_back', sampled))?.action).toBe('open');
  expect(keyOf(sampleOf('hold_added', sampled))).toBeUndefined();
});

describe('whatever people write', () => {
  const filled = (text: string): readonly Happening[] =>
    [...eventNames.map((event) => sampleOf(event, sampled)), ...variants].map(
      (happening) =>
        JSON.parse(JSON.stringify(happening), (key, value) =>
          typeof value === 'string' && !['event', 'kind', 'outcome'].includes(key) ? text : value,
        ) as Happening,
    );

  test('is told on one line where there is one, without what commands a terminal or is not seen', () => {
    for (const text of naughtyStrings) {
      const lines = filled(text).flatMap((happening) => {
        const { title, facts, commands, project, thread } = noticeOf(happening, { ...identity, project: text });
        expect(thread).toMatch(/^[A-Za-z0-9-]+$/);
        return [title, project, ...facts.flat(), ...commands];
      });
      expectPlain(lines.join('\n'), JSON.stringify(text));
      expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
    }
  });
});
