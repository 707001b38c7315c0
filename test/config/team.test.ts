import { describe, expect, test } from 'vitest';
import { complaints, load, loaded } from './project.ts';

const configuration = (team: string, { environment = 'type: production', target = '' } = {}): string =>
  `version: 1
project: x
environments: { prod: { ${environment} } }
targets: { prod: { environment: prod, version: latest${target} } }
team: ${team}
`;

const warned = async (files: string): Promise<readonly string[]> =>
  (await load(files)).diagnostics.map(({ code, severity, detail }) => `${severity} ${code} ${detail}`);

describe('a team', () => {
  test('says who has which role, and whose commits are whose', async () => {
    const { team } = await loaded(
      configuration('{ alice: { role: admin, email: a@example.com }, bob: { role: viewer } }'),
    );
    expect([...team.values()].map(({ name, role, email }) => [name, role, email])).toEqual([
      ['alice', 'admin', 'a@example.com'],
      ['bob', 'viewer', undefined],
    ]);
  });

  test.each([
    [
      'nobody who manages',
      '{ bob: { role: maintainer } }',
      'config-team m3forge.yaml:5:7 Nobody of the team is an admin',
    ],
    [
      'a name that is none',
      '{ alice: { role: admin }, " bob": { role: viewer } }',
      "config-team m3forge.yaml:5:41 This is nobody's name",
    ],
    [
      'one address for two',
      '{ alice: { role: admin, email: A@example.com }, bob: { role: viewer, email: a@example.com } }',
      'config-team m3forge.yaml:5:83 "alice" and "bob" have one address',
    ],
    ['a role that does not exist', '{ alice: { role: boss } }', 'schema-not-one-of m3forge.yaml:5:24'],
  ])('with %s is refused', async (_, team, expected) => {
    const found = await complaints(configuration(team));
    expect(found[0]).toContain(expected);
  });
});

describe('lists of roles', () => {
  const team = '{ alice: { role: admin }, bob: { role: maintainer } }';

  test('narrow a target, an environment, and who approves', async () => {
    const config = await loaded(
      configuration(team, {
        environment: 'type: staging, access: { allowed_roles: [admin, maintainer] }',
        target:
          ', access_controls: { allowed_roles: [maintainer] }, approvals: { allowed_roles: [admin], min_approvals: 1 }',
      }),
    );
    expect(config.environments.get('prod')?.allowedRoles).toEqual(['maintainer', 'admin']);
    expect(config.targets.get('prod')).toMatchObject({
      allowedRoles: ['maintainer'],
      approvals: { allowedRoles: ['admin'], separation: 'off' },
    });
    expect((await loaded(configuration(team))).targets.get('prod')?.allowedRoles).toBeUndefined();
  });

  test('warn of a role that is named in vain, and are refused where nobody is left', async () => {
    expect(await warned(configuration(team, { target: ', access: { allowed_roles: [maintainer, admin] }' }))).toEqual([
      'warning config-role-idle The target "prod" names maintainer, whose role may not release there: in production that is admin.',
    ]);
    expect(await warned(configuration(team, { target: ', access: { allowed_roles: [maintainer] }' }))).toEqual([
      'error config-team The target "prod" lets in nobody who may release there: in production that is admin.',
    ]);
  });

  test('mean nothing without a team, and must not say two things', async () => {
    const alone = configuration(team, { target: ', access: { allowed_roles: [admin] }' }).replace(/^team.*\n/m, '');
    expect(await warned(alone)).toEqual(['error config-team The target "prod" asks for a role, and nobody has one.']);
    const twice = ', access: { allowed_roles: [admin] }, access_controls: { allowed_roles: [admin, maintainer] }';
    expect((await warned(configuration(team, { target: twice }))).filter((one) => one.startsWith('error'))).toEqual([
      'error config-alias-conflict This says something else than `targets.prod.access.allowed_roles`, and both mean the same key.',
    ]);
  });

  test('leave enough people to approve', async () => {
    const two = ', approvals: { min_approvals: 2, allowed_roles: [admin] }';
    expect(await warned(configuration(team, { target: two }))).toEqual([
      'error config-approvals The target "prod" needs 2 approvals by different people, and of the team only alice may approve.',
    ]);
    const strangers = ', approvals: { min_approvals: 1, allowed_approvers: [zoe] }';
    expect(await warned(configuration(team, { target: strangers }))).toEqual([
      'error config-approvals The target "prod" needs 1 approvals by different people, and of the team nobody may approve.',
    ]);
  });
});
