import { describe, expect, test } from 'vitest';
import { complaints, loaded } from './project.ts';

const configuration = (target: string, environment = '{ type: production }') =>
  `version: 1\nproject: x\nenvironments:\n  prod: ${environment}\ntargets:\n  prod: { environment: prod, version: latest, ${target} }\n`;

const approvals = async (target: string, environment?: string) =>
  (await loaded(configuration(target, environment))).targets.get('prod')?.approvals;

describe('what a target asks for', () => {
  test('is nothing unless something asks', async () => {
    expect(await approvals('enabled: true')).toMatchObject({ min: 0 });
    // Who may approve says nothing about whether anybody must.
    expect(await approvals('approvals: { allowed_approvers: [alice] }')).toMatchObject({ min: 0 });
  });

  test('is one approval where its type or its environment says so, and the stricter of all that is said', async () => {
    expect(await approvals('type: manual_approval')).toMatchObject({ min: 1, separation: 'requester' });
    const required = '{ type: staging, require_approval: true }';
    expect(await approvals('enabled: true', required)).toMatchObject({ min: 1, separation: 'off' });
    expect(await approvals('approvals: { min_approvals: 0 }', required)).toMatchObject({ min: 1 });
    expect(await approvals('approvals: { min_approvals: 3 }', required)).toMatchObject({ min: 3 });
  });

  test('has the same meaning in the words of `access`', async () => {
    const canonical = 'approvals: { min_approvals: 2, allowed_approvers: [bob, alice], timeout_hours: 24 }';
    const aliases = 'access: { require_approvals: 2, allowed_approvers: [alice, bob], approval_timeout_hours: 24 }';
    const older = aliases.replace('access', 'access_controls');
    const expected = await approvals(canonical);
    expect(expected).toEqual({
      ...{ min: 2, allowedApprovers: ['alice', 'bob'], timeoutHours: 24, rejectsWhenDue: true },
      ...{ forRollback: false, separation: 'requester' },
    });
    expect(await approvals(aliases)).toEqual(expected);
    expect(await approvals(older)).toEqual(expected);
    expect(await complaints(configuration(`${canonical}, ${aliases}`))).toEqual([]);
  });
});

test.each([
  [
    'two spellings that disagree',
    'approvals: { min_approvals: 2 }, access: { require_approvals: 1 }',
    'config-alias-conflict 6:109 This says something else than `targets.prod.approvals.min_approvals`, and both mean the same key.',
  ],
  [
    'an approval by nobody',
    'type: manual_approval, approvals: { min_approvals: 0 }',
    'config-approvals 6:98 The target "prod" is of the type manual_approval, and asks for no approval.',
  ],
  [
    'fewer people than approvals',
    'approvals: { min_approvals: 2, allowed_approvers: [alice, alice] }',
    'config-approvals 6:97 The target "prod" needs 2 approvals by different people, and only 1 may approve: alice.',
  ],
  [
    'a name that nobody has',
    'approvals: { min_approvals: 1, allowed_approvers: [alice, " "] }',
    "config-approvals 6:105 This is nobody's name: it is empty, too long, or has a space at an end.",
  ],
  [
    'no time at all',
    'approvals: { min_approvals: 1, timeout_hours: 0 }',
    'config-approvals 6:93 Nobody could approve in no time.',
  ],
])('refused is %s', async (_, target, expected) => {
  const found = (await complaints(configuration(target))).map((line) => line.replace('m3forge.yaml:', ''));
  expect(found).toEqual([expected]);
});
