import { describe, expect, test } from 'vitest';
import { codesOf } from '../support/project.ts';
import { nodeId, workflowFile } from '../support/workflows.ts';
import { addresses, applied, only, settled, strict, targetsWith, version } from './two-targets.ts';

describe('a loosening of the rules of production', () => {
  const loose = 'deployment: { max_deletes: 100, require_backup: false, on_failure: keep }';

  test('is impossible through an apply to development, which says for whom it waits', async () => {
    const project = await settled();
    project.configure(targetsWith(loose));
    const { sections, withheld } = await project.plan(['development']);
    expect(sections).toMatchObject([{ configuration_changes: [] }]);
    expect(withheld).toMatchObject([
      {
        address: 'target.production',
        waits_for: ['production'],
        loosens: [
          'deployment.max_deletes: 0 → 100',
          'deployment.require_backup: true → false',
          'deployment.on_failure: "rollback" → "keep"',
        ],
      },
    ]);
    await applied(project, ['development']);
    // Nothing of it was recorded: production is judged as before.
    project.repository.commit(version('v2', ['a']), 'v2.0.0');
    expect(only(await project.plan(['production'])).blocks).toMatchObject([{ code: 'too-many-deletes' }]);
    const refused = await project.apply(['production']);
    expect(codesOf(refused.problems)).toEqual(['release-blocked']);
  });

  test('does not switch its gate off for the release that brings it', async () => {
    const project = await settled();
    project.configure(targetsWith(`${strict}, gates: { validation: { enabled: false } }`));
    const cycle = workflowFile('a', ['v2', 'b']).replace('"dependencies": []', `"dependencies": ["${nodeId(1)}"]`);
    const files = version('v2', ['a', 'b']);
    project.repository.commit({ ...files, 'workflows/a.json': cycle }, 'v2.0.0');
    const section = only(await project.plan(['production']));
    expect(section).toMatchObject({ gates: ['validation'], held: ['gates.validation.enabled: true → false'] });
    const refused = await project.apply(['production']);
    expect(codesOf(refused.problems)).toContain('gate-failed');
    expect(refused.sections).toMatchObject([{ outcome: 'refused', active: 'v1.0.0' }]);
  });

  test('is not recorded while production is disabled, not even by a plan of everything', async () => {
    const project = await settled();
    project.configure(targetsWith(`${loose}, enabled: false`));
    const all = await project.plan();
    expect(all.sections.map(({ target }) => target)).toEqual(['development']);
    expect(all).toMatchObject({
      configuration: null,
      withheld: [{ address: 'target.production', waits_for: ['production'] }],
    });
    expect((await project.apply()).problems).toEqual([]);
    // To be disabled alone is stricter than before, and is recorded.
    project.configure(targetsWith(`${strict}, enabled: false`));
    expect(addresses((await project.plan()).configuration?.changes ?? [])).toEqual(['target.production']);
    expect((await project.apply()).problems).toEqual([]);
    expect(await project.plan()).toMatchObject({ configuration: null, withheld: [] });
  });

  test('is marked in its own plan, and holds from the release after it on', async () => {
    const project = await settled();
    project.configure(targetsWith(loose));
    const section = only(await project.plan(['production']));
    expect(section.configuration_changes).toMatchObject([{ address: 'target.production', affects: ['production'] }]);
    expect(section.held).toEqual(section.configuration_changes[0]?.loosens.toSorted());
    // Nothing to release: an apply that has only configuration records it.
    const report = await applied(project, ['production']);
    expect(report.sections).toMatchObject([{ outcome: 'succeeded', releaseId: null, active: 'v1.0.0' }]);
    project.repository.commit(version('v2', ['a']), 'v2.0.0');
    expect(only(await project.plan(['production']))).toMatchObject({ blocks: [], held: [], configuration_changes: [] });
    await applied(project, ['production']);
    const [audit] = await project.sql<{ detail: { loosens: string[] } }>(
      'production',
      `select detail from m3forge.audit where event = 'configuration.recorded' order by n desc limit 1`,
    );
    expect(audit?.detail.loosens).toHaveLength(3);
  });

  test('does not come with a new target, a renamed one, or one that moves to the place', async () => {
    const project = await settled();
    const lax = `  lax: { environment: production, version: latest, ${loose} }`;
    project.repository.commit(version('v2', ['a']), 'v2.0.0');
    project.configure(`${targetsWith()}\n${lax}`);
    expect(only(await project.plan(['lax']))).toMatchObject({ blocks: [{ code: 'too-many-deletes' }] });
    project.configure(lax.replace('lax', 'renamed'));
    expect(only(await project.plan(['renamed']))).toMatchObject({ blocks: [{ code: 'too-many-deletes' }] });
    project.configure(`  development: { environment: production, version: latest, ${loose} }`);
    const moved = only(await project.plan(['development']));
    expect(moved.blocks).toMatchObject([{ code: 'too-many-deletes' }]);
    expect(moved.held).toContain('deployment.max_deletes: 0 → 100');
  });

  test('does not come in two steps either: whoever moves to a place is held to its rules until a plan covers both', async () => {
    const project = await settled();
    const moved = `  development: { environment: production, version: latest, ${loose} }`;
    const both = `${moved}\n  production: { environment: production, version: latest, deployment: { max_deletes: 0 } }`;
    project.configure(both);
    await applied(project, ['development']);
    project.repository.commit(version('v2', ['a']), 'v2.0.0');
    expect(only(await project.plan(['development']))).toMatchObject({ blocks: [{ code: 'too-many-deletes' }] });
  });

  test('leaves the recorded smoke tests to be run', async () => {
    const project = await settled();
    const failing = 'smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }]';
    project.configure(targetsWith(failing));
    await applied(project, ['production']);
    project.repository.commit(version('v2', ['a', 'b']), 'v2.0.0');
    project.configure(targetsWith('smoke_tests: [{ name: check, run: "true" }]'));
    const report = await project.apply(['production']);
    expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
    expect(report.problems[0]?.detail).toContain('check (as recorded)');
    // A release that failed has recorded nothing.
    expect(only(await project.plan(['production'], 'v1.0.0')).configuration_changes).toHaveLength(1);
  });
});
