import { expect, test } from 'vitest';
import { environmentOf } from '../../engine/operations/configuration.ts';
import type { PlannedChange } from '../../engine/plan/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';

const change = (address: string, body?: JsonObject): PlannedChange => ({
  change: {
    ...{ address, actions: [body ? 'update' : 'delete'], reason: '', before_digest: null, after_digest: null },
    ...{ detail: null, loosens: [], affects: [] },
  },
  body,
});

const recorded = [
  { address: 'target.eu', body: { environment: 'production' } },
  { address: 'target.us', body: { environment: 'production' } },
  { address: 'target.dev', body: { environment: 'development' } },
];

test.each([
  ['a target that goes', [change('target.eu')], 'production'],
  [
    'an environment and its targets',
    [change('environment.production'), change('target.eu'), change('target.us')],
    'production',
  ],
  ['an environment whose name has a dot', [change('environment.eu.west')], 'eu.west'],
  ['targets of two environments', [change('target.eu'), change('target.dev')], null],
  ['a target that moves to another environment', [change('target.eu', { environment: 'development' })], null],
  ['what no environment has', [change('source', {})], null],
  ['a target that goes, and what no environment has', [change('target.eu'), change('source', {})], null],
  ['a target that nobody recorded', [change('target.unknown')], null],
  ['a target whose environment is no name', [change('target.unknown', { environment: 7 })], null],
  ['nothing', [], null],
])('%s: in which environment it is', (_, changes, environment) => {
  expect(environmentOf(changes, recorded)).toBe(environment);
});
