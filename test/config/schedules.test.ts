import { describe, expect, test } from 'vitest';
import { declarationsOf, firesWithin, nextPublish } from '../../engine/config/index.ts';
import { loosenings } from '../../engine/plan/loosening.ts';
import { complaints, loaded } from './project.ts';

const configuration = (keys: string, version = 'latest', top = ''): string =>
  `version: 1\nproject: x\n${top}environments:\n  prod: { type: production }\ntargets:\n  prod: { environment: prod, version: ${version}, ${keys} }\n`;

const scheduled = (schedule: string): string => configuration(`type: scheduled, schedule: ${schedule}`);

test.each<readonly [name: string, text: string, expected: string]>([
  ['the type without a schedule', configuration('type: scheduled'), 'config-schedule'],
  ['a schedule of another type', configuration('schedule: { cron: "0 2 * * 2" }'), 'config-schedule'],
  ['a cron that never comes', scheduled('{ cron: "0 2 30 2 *" }'), 'config-schedule'],
  ['a cron with seconds', scheduled('{ cron: "0 0 2 * * 2" }'), 'config-schedule'],
  ['a time zone that nobody knows', scheduled('{ cron: "0 2 * * 2", timezone: Europe/Berln }'), 'config-schedule'],
  ['an announcement of no length', scheduled('{ cron: "0 2 * * 2", announce_before: soon }'), 'config-schedule'],
  ['no version at all', scheduled('{ cron: "0 2 * * 2", deploy_latest_version: false }'), 'config-schedule'],
  ['two versions', scheduled('{ cron: "0 2 * * 2", deploy_latest_version: true, version: v1.2.0 }'), 'config-schedule'],
  ['a version that is none', scheduled('{ cron: "0 2 * * 2", version: "1.2 or so" }'), 'config-schedule'],
  ['triggers of another type', configuration('type: manual_approval, triggers: {}'), 'config-trigger'],
  ['a pattern that is none', configuration('triggers: { version_pattern: "v[" }'), 'config-trigger'],
  ['a branch that is an option', configuration('triggers: { branch: --all }'), 'config-trigger'],
  [
    'a branch of a repository elsewhere',
    configuration('triggers: { branch: main }', 'latest', 'source: { repository: "https://example.com/a.git" }\n'),
    'config-trigger',
  ],
])('%s is refused, with its position', async (_, text, expected) => {
  const found = await complaints(text);
  const errors = found.filter((one) => one.startsWith('config-schedule') || one.startsWith('config-trigger'));
  expect(errors).toHaveLength(1);
  expect(errors[0]).toMatch(new RegExp(`^${expected} m3forge\\.yaml:\\d+:\\d+ `));
});

test('triggers of a target that follows another one are refused', async () => {
  const text = `${configuration('enabled: true')}  dr: { environment: prod, version: { from: prod }, triggers: {}, enabled: false }\n`;
  expect((await complaints(text)).filter((one) => one.startsWith('config-trigger'))).toEqual([
    'config-trigger m3forge.yaml:7:63 The target "dr" takes what "prod" runs, so no tag starts anything here.',
  ]);
});

const bodyOf = async (keys: string) => {
  const body = declarationsOf(await loaded(configuration(keys))).find(({ address }) => address === 'target.prod')?.body;
  if (!body) throw new Error('it declares nothing');
  return body;
};

const schedule = (more: string): string => `type: scheduled, schedule: { cron: "0 2 * * 2"${more} }`;

describe('a change', () => {
  test.each<readonly [name: string, before: string, after: string, expected: readonly string[]]>([
    [
      'to more times',
      schedule(''),
      schedule('').replace('* * 2', '* * *'),
      ['schedule: releases begin at other times'],
    ],
    ['to fewer times', schedule('').replace('* * 2', '* * *'), schedule(''), []],
    ['of the time zone', schedule(''), schedule(', timezone: Asia/Tokyo'), ['schedule: releases begin at other times']],
    ['of the announcement', schedule(', announce_before: 24h'), schedule(''), []],
    ['to a named version', schedule(''), schedule(', version: v1.2.0'), ['schedule.version: none → "v1.2.0"']],
    [
      'to no schedule',
      schedule(''),
      'type: auto_deploy',
      ['type: "scheduled" → "auto_deploy"', 'schedule: changed → none'],
    ],
    ['to triggers', 'enabled: true', 'triggers: {}', ['triggers.on_version_tag: none → true']],
    [
      'to any branch',
      'triggers: { branch: main, version_pattern: "v1.*" }',
      'triggers: { version_pattern: "v*" }',
      ['triggers.version_pattern: "v1.*" → "v*"', 'triggers.branch: "main" → none'],
    ],
    ['to one branch', 'triggers: {}', 'triggers: { branch: main }', []],
  ])('%s is shown where it loosens', async (_, before, after, expected) => {
    expect(loosenings('target.prod', await bodyOf(before), await bodyOf(after))).toEqual(expected);
  });
});

test('a schedule is due once on the days on which clocks change, as docs/schedules.md has it', () => {
  for (const [cron, timezone, after, due] of [
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-08T07:00:00.000Z'],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', '2026-11-01T05:30:00.000Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
  ] as const) {
    const next = nextPublish({ cron, timezone, announceMs: 0 }, new Date(after));
    expect(next?.toISOString()).toBe(due);
  }
  const hourly = { cron: '0 * * * *', timezone: 'UTC' };
  expect(firesWithin({ cron: '0 */6 * * *', timezone: 'UTC' }, hourly)).toBe(true);
  expect(firesWithin(hourly, { cron: '0 */6 * * *', timezone: 'UTC' })).toBe(false);
});
