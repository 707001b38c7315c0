import { describe, expect, test } from 'vitest';
import { complaints, loaded } from './project.ts';

const withRules = (...rules: readonly string[]): string =>
  `version: 1\nproject: x\nauto_changeset_rules:\n${rules.map((rule) => `  - ${rule}`).join('\n')}\n`;

describe('rules for change sets', () => {
  test('have defaults, and a type that the label may say', async () => {
    const { changeSetRules } = await loaded(
      withRules(
        '{ label: invoice-processing, changeset_name: Invoice Processing Changes, auto_version: false }',
        '{ label: Hotfix, changeset_name: Hotfix, auto_version: true }',
        '{ label: enhancement, changeset_name: Features, type: performance, auto_version: true, bump: minor }',
      ),
    );
    expect(changeSetRules).toEqual([
      {
        ...{ label: 'invoice-processing', changeSet: 'Invoice Processing Changes', type: 'feature' },
        ...{ autoVersion: false, bump: 'patch' },
        autoDeployTo: [],
      },
      { label: 'Hotfix', changeSet: 'Hotfix', type: 'hotfix', autoVersion: true, bump: 'patch', autoDeployTo: [] },
      {
        ...{ label: 'enhancement', changeSet: 'Features', type: 'performance', autoVersion: true, bump: 'minor' },
        autoDeployTo: [],
      },
    ]);
    expect((await loaded('version: 1\nproject: x\n')).changeSetRules).toEqual([]);
  });

  test('release to targets that there are, and that have no times of their own', async () => {
    const rule =
      '{ label: hotfix, changeset_name: Hotfix, auto_version: true, auto_deploy_to: [staging, stagin, nightly] }';
    const targets = `environments: { staging: { type: development } }
targets:
  staging: { environment: staging, version: latest, type: manual_approval }
  nightly: { environment: staging, version: latest, type: scheduled, schedule: { cron: "0 2 * * *" } }
`;
    expect(await complaints(`${withRules(rule)}${targets}`)).toEqual([
      'config-unknown-target m3forge.yaml:4:92 There is no target "stagin".',
      'config-changeset-rule m3forge.yaml:4:100 The target "nightly" is released to at its own times, so no version goes there by itself.',
    ]);
    const alone = '{ label: hotfix, changeset_name: Hotfix, auto_deploy_to: [staging] }';
    expect(await complaints(`${withRules(alone)}${targets}`)).toEqual([
      'config-changeset-rule m3forge.yaml:4:62 `auto_deploy_to` says where a version goes that is made by itself, and this rule makes none.',
    ]);
  });

  test.each<readonly [name: string, rules: readonly string[], expected: string]>([
    [
      'one rule for a label',
      ['{ label: fix, changeset_name: A }', '{ label: Fix, changeset_name: B }'],
      'config-changeset-rule m3forge.yaml:5:14 The rule on line 4 is for the label "Fix" already.',
    ],
    [
      'a number without a version',
      ['{ label: fix, changeset_name: A, bump: minor }'],
      'config-changeset-rule m3forge.yaml:4:44 `bump` says how far the number rises of a version that is made by itself, and this rule makes none.',
    ],
    [
      'a name on several lines',
      ['{ label: fix, changeset_name: "a\\nb" }'],
      'config-changeset-rule m3forge.yaml:4:35 `changeset_name` holds control characters.',
    ],
    [
      'no label',
      ['{ changeset_name: A }'],
      'schema-missing-key m3forge.yaml:4:5 `auto_changeset_rules[0]` needs the key `label`.',
    ],
  ])('%s is refused', async (_, rules, expected) => {
    expect(await complaints(withRules(...rules))).toEqual([expected]);
  });
});
