import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { apply } from '../../engine/operations/index.ts';
import type { PlanDocument } from '../../engine/plan/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { addresses, applied, only, settled, strict, targetsWith, version } from './two-targets.ts';

const recorded = async (project: TestProject): Promise<readonly string[]> =>
  (await project.sql<{ address: string }>('development', 'select address from m3forge.declared order by 1')).map(
    ({ address }) => address,
  );

const saved = async (project: TestProject): Promise<string> => {
  const document = await project.plan();
  const file = join(project.directory, `${document.plan_id}.json`);
  writeFileSync(file, JSON.stringify(document, null, 2));
  return file;
};

const use = (project: TestProject, planFile: string) =>
  apply(project.context, {
    planFile,
    targets: [],
    reason: null,
    lockTimeoutMs: 0,
    confirm: () => Promise.reject(new Error('a saved plan is applied without asking')),
    report: () => undefined,
  });

const refusal = async (project: TestProject, file: string): Promise<string> => {
  const outcome = await use(project, file);
  const diagnostics = outcome.ok ? outcome.value.problems : outcome.diagnostics;
  return diagnostics.map(({ code, detail }) => `${code}: ${detail}`).join('\n');
};

test('what one target owns is recorded with its release, what several share with a plan of all of them', async () => {
  const project = await createProject('schemas', { environments: ['development', 'production'] });
  project.repository.commit(version('v1', ['a']), 'v1.0.0');
  project.configure(targetsWith(), { top: 'variables: { LOG_LEVEL: info }' });

  const first = await project.plan(['development']);
  expect(addresses(only(first).configuration_changes)).toEqual(['environment.development', 'target.development']);
  // Nobody else has rules yet, so the first one records what is shared.
  expect(addresses(first.configuration?.changes ?? [])).toEqual(['source', 'variable.LOG_LEVEL']);
  expect(first.withheld.map(({ address, waits_for: waiting }) => [address, waiting.join()])).toEqual([
    ['environment.production', 'production'],
    ['target.production', 'production'],
  ]);
  await applied(project, ['development']);
  await applied(project, ['production']);
  expect(await project.plan()).toMatchObject({ configuration: null, withheld: [] });

  project.configure(targetsWith(), { top: 'variables: { LOG_LEVEL: debug }' });
  const second = await project.plan(['development']);
  expect(second).toMatchObject({
    configuration: null,
    sections: [{ variables: [], configuration_changes: [] }],
    withheld: [{ address: 'variable.LOG_LEVEL', affects: ['development', 'production'], waits_for: ['production'] }],
  });
  const all = await project.plan();
  expect(all).toMatchObject({
    withheld: [],
    configuration: { changes: [{ address: 'variable.LOG_LEVEL' }], held_to: ['development', 'production'] },
  });
  expect(await refusal(project, await saved(project))).toBe('');
  expect(await project.plan()).toMatchObject({
    configuration: null,
    sections: [
      { changes: [], configuration_changes: [], variables: [] },
      { changes: [], configuration_changes: [], variables: [] },
    ],
  });
});

test('the file tightens at once', async () => {
  const project = await settled();
  project.repository.commit(version('v2', ['a']), 'v2.0.0');
  project.configure(targetsWith(strict, ', deployment: { max_deletes: 0 }'));
  expect(only(await project.plan(['development'])).blocks).toMatchObject([{ code: 'too-many-deletes' }]);
});

test('a target that is recorded as disabled is enabled first and brought something then', async () => {
  const project = await settled();
  project.configure(targetsWith(`${strict}, enabled: false`));
  expect(await refusal(project, await saved(project))).toBe('');
  project.repository.commit(version('v2', ['a', 'b']), 'v2.0.0');
  project.configure(targetsWith());
  const section = only(await project.plan(['production']));
  expect(section).toMatchObject({ to: null, configuration_changes: [{ loosens: ['enabled: false → true'] }] });
  await applied(project, ['production']);
  expect((await applied(project, ['production'])).sections).toMatchObject([{ active: 'v2.0.0' }]);
});

test('an environment and a target are forgotten only with --allow-deletes, and their place stays', async () => {
  const project = await settled();
  const before = await project.view('production');
  project.configure('  development: { environment: development, version: latest }', { without: ['production'] });
  const { configuration } = await project.plan();
  expect(configuration?.blocks).toMatchObject([{ code: 'configuration-deletes' }]);
  expect(configuration?.changes).toMatchObject([
    { address: 'environment.production', actions: ['delete'] },
    { address: 'target.production', actions: ['delete'], loosens: ['its rules go with it'] },
  ]);
  expect(codesOf((await project.apply()).problems)).toEqual(['release-blocked']);

  const { plan } = await import('../../engine/operations/index.ts');
  const allowed = valueIn(await plan(project.context, { targets: [], allowDeletes: true, lockTimeoutMs: 0 }));
  const file = join(project.directory, 'plan.json');
  writeFileSync(file, JSON.stringify(allowed));
  expect(await refusal(project, file)).toBe('');
  expect(await recorded(project)).toEqual(['environment.development', 'source', 'target.development']);
  expect(await project.view('production')).toEqual(before);
  expect(await project.plan()).toMatchObject({ configuration: null });
  // Neither the environment nor the target is in the file any more, and the trail still says where they were.
  const [audited] = await project.sql<{ environment: string | null }>(
    'development',
    `select environment from m3forge.audit where event like 'configuration.%' order by n desc limit 1`,
  );
  expect(audited?.environment).toBe('production');
});

describe('a saved plan of configuration', () => {
  const changed = async (): Promise<{ readonly project: TestProject; readonly file: string }> => {
    const project = await settled();
    project.configure(targetsWith('deployment: { max_deletes: 2 }'), { top: 'variables: { A: one }' });
    return { project, file: await saved(project) };
  };

  test('is used once', async () => {
    const { project, file } = await changed();
    expect(await refusal(project, file)).toBe('');
    expect(await refusal(project, file)).toMatch(/^plan-used: /);
  });

  test('is stale where the file says something else now', async () => {
    const { project, file } = await changed();
    project.configure(targetsWith('deployment: { max_deletes: 3 }'), { top: 'variables: { A: one }' });
    expect(await refusal(project, file)).toMatch(/^plan-stale: .*"production".*target.production/);
  });

  test('is stale where the file says something else of what affects several', async () => {
    const project = await settled();
    project.configure(targetsWith(), { top: 'backups: { retention: { keep_last: 5 } }' });
    const file = await saved(project);
    project.configure(targetsWith(), { top: 'backups: { retention: { keep_last: 6 } }' });
    expect(await refusal(project, file)).toMatch(/^plan-stale: .*"configuration".*: backups\./);
  });

  test('is refused where a byte of it was changed', async () => {
    const { project, file } = await changed();
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('max_deletes: 0 → 2', 'max_deletes: 0 → 1'));
    expect(await refusal(project, file)).toMatch(/^plan-tampered/);
  });

  test('goes on after the sections that were carried out', async () => {
    const { project, file } = await changed();
    const [, production] = (JSON.parse(readFileSync(file, 'utf8')) as PlanDocument).sections;
    expect(production?.configuration_changes).toHaveLength(1);
    // The place of production cannot be read for a moment.
    await project.script('production', 'alter table :place.variable rename to elsewhere');
    const first = valueIn(await use(project, file));
    expect(first.sections).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'refused' }]);
    expect(first.configuration).toMatchObject({ outcome: 'not reached' });
    await project.script('production', 'alter table :place.elsewhere rename to variable');
    const second = valueIn(await use(project, file));
    expect(second.sections).toMatchObject([{ section: { target: 'production' }, outcome: 'succeeded' }]);
    expect(second.configuration).toMatchObject({ outcome: 'succeeded' });
    expect(await project.plan()).toMatchObject({ configuration: null });
  });
});
