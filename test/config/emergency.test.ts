import { describe, expect, test } from 'vitest';
import { complaints, loaded } from './project.ts';

const configuration = (target: string): string => `version: 1
project: x
environments:
  prod: { type: production }
targets:
  hotfix: { environment: prod, version: latest, ${target} }
`;

const emergency = async (target: string) => (await loaded(configuration(target))).targets.get('hotfix')?.emergency;

describe('what an emergency asks for', () => {
  test('is there only of a target for emergencies, and usually the role of an administrator and a review', async () => {
    expect(await emergency('type: auto_deploy')).toBeUndefined();
    expect(await emergency('type: emergency')).toEqual({ allowedRoles: ['admin'], review: true });
  });

  test('can be chosen: roles and the review', async () => {
    const chosen = 'emergency: { allowed_roles: [maintainer, admin, admin], post_deploy_review: false }';
    expect(await emergency(`type: emergency, ${chosen}`)).toEqual({
      allowedRoles: ['admin', 'maintainer'],
      review: false,
    });
  });

  test('stands in what its plans rest on, and in no other', async () => {
    const sliceOf = async (target: string) => (await loaded(configuration(target))).targets.get('hotfix')?.slice.target;
    expect(await sliceOf('type: emergency')).toMatchObject({
      type: 'emergency',
      emergency: { allowed_roles: ['admin'], post_deploy_review: true },
    });
    expect(await sliceOf('type: auto_deploy')).not.toHaveProperty('emergency');
  });
});

test.each([
  ['require_justification: false', /^config-emergency m3forge.yaml:6:\d+ Nobody releases in an emergency without/],
  ['audit_trail: false', /^config-emergency m3forge.yaml:6:\d+ An emergency is always in the audit trail\.$/],
  ['allowed_roles: [chef]', /^schema-not-one-of m3forge.yaml:6:\d+ /],
  ['allowed_roles: []', /^schema-invalid-value m3forge.yaml:6:\d+ /],
])('%s is refused where it stands', async (key, expected) => {
  expect(await complaints(configuration(`type: emergency, emergency: { ${key} }`))).toEqual([
    expect.stringMatching(expected),
  ]);
});

test.each(['auto_deploy', 'manual_approval'])('at a target of the type %s it would say nothing', async (type) => {
  expect(await complaints(configuration(`type: ${type}, emergency: { audit_trail: true }`))).toEqual([
    expect.stringMatching(
      new RegExp(`^config-emergency m3forge.yaml:6:\\d+ The target "hotfix" is of the type ${type}, and no release`),
    ),
  ]);
});
