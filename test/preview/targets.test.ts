import { expect, test } from 'vitest';
import type { TargetConfig } from '../../engine/config/index.ts';
import { type NextVersion, outlookOf } from '../../engine/preview/index.ts';
import { parseVersionName } from '../../engine/values/index.ts';
import type { TaggedVersion } from '../../engine/versions/index.ts';

const tags = ['v1.0.0', 'v1.2.0'].map(
  (name) => ({ version: parseVersionName(name), commit: name, treeId: name }) as TaggedVersion,
);

const target = (more: object): TargetConfig =>
  ({
    ...{ name: 't', environment: 'e', type: 'manual_approval', version: { kind: 'latest', text: 'latest' } },
    ...{ approvals: { min: 0 }, promotions: [] },
    ...more,
  }) as unknown as TargetConfig;

const next = (name: string): NextVersion => ({ base: 'v1.2.0', name, bump: 'minor', evidence: [] });

const exact = { version: { kind: 'exact', text: '1.0.0' } };
const range = { version: { kind: 'range', text: '^1.0' } };
const triggered = { type: 'auto_deploy', triggers: { onVersionTag: true, versionPattern: 'v1.*' } };

test.each<readonly [string, object, NextVersion | null, object]>([
  [
    'gets the latest',
    {},
    next('v1.3.0'),
    { outcome: 'release', from: 'v1.2.0', to: 'v1.3.0', reason: 'when somebody applies it' },
  ],
  [
    'stays at the version that it names',
    exact,
    next('v1.3.0'),
    { outcome: 'none', from: 'v1.0.0', to: 'v1.0.0', reason: 'it names 1.0.0' },
  ],
  ['gets what is in its range', range, next('v1.3.0'), { outcome: 'release', from: 'v1.2.0', to: 'v1.3.0' }],
  [
    'does not get what is not in its range',
    range,
    next('v2.0.0'),
    { outcome: 'none', reason: 'v2.0.0 is not in ^1.0' },
  ],
  ['gets it by itself', triggered, next('v1.3.0'), { reason: 'by itself, once it is tagged' }],
  ['gets by itself only what its pattern matches', triggered, next('v2.0.0'), { reason: 'when somebody applies it' }],
  [
    'waits for its time',
    { type: 'scheduled', approvals: { min: 1 } },
    next('v1.3.0'),
    { reason: 'at its planned time, with 1 approval' },
  ],
  [
    'waits for its promotion',
    { promotions: [{ from: 'staging', soakHours: 1 }] },
    next('v1.3.0'),
    { reason: 'when somebody applies it, once it has run at staging' },
  ],
  [
    'follows another',
    { version: { kind: 'from', target: 'staging' } },
    next('v1.3.0'),
    { outcome: 'release', reason: 'after staging, which it follows: when somebody applies it' },
  ],
  ['is for emergencies', { type: 'emergency' }, next('v1.3.0'), { outcome: 'none', reason: 'it is for emergencies' }],
  ['gets nothing where nothing differs', {}, null, { outcome: 'none', reason: 'no artifact differs' }],
])('a target %s', (_, more, version, expected) => {
  expect(outlookOf(target(more), version, { tags, running: undefined })).toMatchObject(expected);
});

test('where nothing else differs, what is invalid is not taken for nothing', () => {
  const facts = { tags, running: undefined, isInvalid: true };
  expect(outlookOf(target({}), null, facts)).toMatchObject({
    outcome: 'none',
    reason: 'what is invalid does not count',
  });
});

test('what a target really runs counts, where somebody looked', () => {
  const running = new Map([
    ['t', 'v1.0.0'],
    ['empty', null],
  ]);
  expect(outlookOf(target({}), next('v1.3.0'), { tags, running })).toMatchObject({ from: 'v1.0.0', to: 'v1.3.0' });
  expect(outlookOf(target({ name: 'empty' }), next('v1.3.0'), { tags, running })).toMatchObject({ from: null });
});
