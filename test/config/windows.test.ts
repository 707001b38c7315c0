import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { abortsAt, closesAt, closuresAt, opensAt, pausesAt } from '../../engine/config/index.ts';
import { complaints, loaded } from './project.ts';

const configuration = (windows: string) =>
  `version: 1\nproject: x\nenvironments:\n  prod: { type: production }\ntargets:\n  prod: { environment: prod, version: latest, windows: ${windows} }\n`;

const windowsOf = async (windows: string) => (await loaded(configuration(windows))).targets.get('prod')?.windows ?? [];

const weekend =
  '{ kind: deny, cron: "0 17 * * 5", duration: 63h, timezone: America/New_York, reason: weekend freeze, owner: carol }';
const tuesdays = '{ kind: allow, cron: "0 2 * * 2", duration: 2h, timezone: America/New_York }';

const opening = async (windows: string, at: string): Promise<string> => {
  const sets = await windowsOf(windows);
  const moment = new Date(at);
  return closuresAt(sets, moment).length === 0 ? 'open' : (opensAt(sets, moment)?.toISOString() ?? 'never');
};

describe('when releases may begin', () => {
  test.each([
    ['before a weekend', `[${weekend}]`, '2026-05-01T20:59:59Z', 'open'],
    ['in a weekend', `[${weekend}]`, '2026-05-01T21:00:00Z', '2026-05-04T12:00:00.000Z'],
    // From Friday 17:00 the clocks lose an hour: the freeze lasts 63 hours all the same, and ends at 9:00 of that place.
    ['in a weekend that loses an hour', `[${weekend}]`, '2026-03-07T12:00:00Z', '2026-03-09T13:00:00.000Z'],
    ['outside of what is allowed', `[${tuesdays}]`, '2026-05-04T12:00:00Z', '2026-05-05T06:00:00.000Z'],
    ['inside of what is allowed', `[${tuesdays}]`, '2026-05-05T06:30:00Z', 'open'],
    [
      'where what forbids wins over what allows',
      `[${tuesdays}, { kind: deny, cron: "0 0 5 5 *", duration: 1d }]`,
      '2026-05-05T06:30:00Z',
      '2026-05-12T06:00:00.000Z',
    ],
    [
      'where one that forbids follows on another',
      '[{ kind: deny, cron: "0 8 * * *", duration: 2h }, { kind: deny, cron: "0 10 * * *", duration: 2h }]',
      '2026-05-05T08:00:00Z',
      '2026-05-05T12:00:00.000Z',
    ],
    [
      'where one of two that allow is open',
      `[${tuesdays}, { kind: allow, cron: "0 12 * * *", duration: 1h }]`,
      '2026-05-04T12:30:00Z',
      'open',
    ],
  ])('%s', async (_, windows, at, expected) => {
    expect(await opening(windows, at)).toBe(expected);
  });

  test('a window that ends what is under way says when', async () => {
    const aborting = await windowsOf(`[${weekend.replace(' }', ', on_boundary: abort }')}, ${tuesdays}]`);
    expect(abortsAt(aborting, new Date('2026-05-05T06:30:00Z'))?.toISOString()).toBe('2026-05-08T21:00:00.000Z');
    expect(abortsAt(await windowsOf(`[${weekend}]`), new Date('2026-05-05T06:30:00Z'))).toBeNull();
    const ending = await windowsOf(`[${tuesdays.replace(' }', ', on_boundary: abort }')}]`);
    expect(abortsAt(ending, new Date('2026-05-05T06:30:00Z'))?.toISOString()).toBe('2026-05-05T08:00:00.000Z');
    const pausing = await windowsOf(`[${tuesdays.replace(' }', ', on_boundary: pause }')}]`);
    expect(pausesAt(pausing, new Date('2026-05-05T06:30:00Z'))?.toISOString()).toBe('2026-05-05T08:00:00.000Z');
    expect(abortsAt(pausing, new Date('2026-05-05T06:30:00Z'))).toBeNull();
    const next = '{ kind: allow, cron: "0 4 * * 2", duration: 2h, timezone: America/New_York, on_boundary: abort }';
    const inRow = await windowsOf(`[${tuesdays.replace(' }', ', on_boundary: abort }')}, ${next}]`);
    expect(abortsAt(inRow, new Date('2026-05-05T06:30:00Z'))?.toISOString()).toBe('2026-05-05T10:00:00.000Z');
    const always = await windowsOf('[{ kind: allow, cron: "0 0 * * *", duration: 1d, on_boundary: abort }]');
    expect(abortsAt(always, new Date('2026-05-05T06:30:00Z'))).toBeNull();
  });
});

const minuteMs = 60_000;
const written = fc.record({
  kind: fc.constantFrom('allow', 'deny'),
  cron: fc.constantFrom('0 2 * * 2', '0 17 * * 5', '30 2 * * *', '0 */6 * * *', '0 0 1 * *'),
  duration: fc.constantFrom('30m', '2h', '5h', '2d'),
  timezone: fc.constantFrom('UTC', 'America/New_York', 'Europe/Berlin'),
});

test('nothing opens before it opens, or closes before it closes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(written, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 525_600 }),
      async (windows, minute) => {
        const text = JSON.stringify(windows);
        const found = await complaints(configuration(text));
        fc.pre(found.length === 0);
        const sets = await windowsOf(text);
        const at = new Date(Date.UTC(2026, 0, 1) + minute * minuteMs);
        const isOpen = (moment: Date): boolean => closuresAt(sets, moment).length === 0;
        const edge = isOpen(at) ? closesAt(sets, at) : opensAt(sets, at);
        if (!edge) return;
        expect(isOpen(edge)).toBe(!isOpen(at));
        const span = edge.getTime() - at.getTime();
        for (const part of [0.1, 0.5, 0.9]) expect(isOpen(new Date(at.getTime() + span * part))).toBe(isOpen(at));
        expect(isOpen(new Date(edge.getTime() - 1))).toBe(isOpen(at));
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  [
    'a cron that cannot fire',
    '[{ kind: deny, cron: "0 0 30 2 *", duration: 1h }]',
    '`0 0 30 2 *` is no time for a window to begin: no such moment ever comes.',
  ],
  [
    'a cron of six fields',
    '[{ kind: deny, cron: "0 0 0 30 2 *", duration: 1h }]',
    '`0 0 0 30 2 *` is no time for a window to begin: it has 6 fields, and cron has five: minute, hour, day, month, day of the week.',
  ],
  ['no length of time', '[{ kind: deny, cron: "0 17 * * 5", duration: 0h }]', '`0h` is no length of time.'],
  [
    'a time zone that nobody knows',
    '[{ kind: deny, cron: "0 17 * * 5", duration: 1h, timezone: Europe/Berlim }]',
    'There is no time zone `Europe/Berlim`.',
  ],
  [
    'windows that are always closed',
    '[{ kind: deny, cron: "0 * * * *", duration: 1h }]',
    'The windows of the target "prod" leave no moment at which a release may begin.',
  ],
  [
    'one that allows inside of one that forbids',
    '[{ kind: allow, cron: "0 2 * * 2", duration: 1h }, { kind: deny, cron: "0 0 * * 2", duration: 1d }]',
    'The windows of the target "prod" leave no moment at which a release may begin.',
  ],
])('refused is %s', async (_, windows, detail) => {
  const found = await complaints(configuration(windows));
  expect(found).toEqual([expect.stringMatching(/^config-window m3forge\.yaml:6:\d+ /)]);
  expect(found[0]).toContain(detail);
});
