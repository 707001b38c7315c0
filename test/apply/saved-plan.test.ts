import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../engine/diagnostics/index.ts';
import { type ApplyReport, apply } from '../../engine/operations/index.ts';
import { createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const targets = (version: string, extra = ''): string =>
  `  development: { environment: development, version: ${version}${extra} }`;

/** A project with v1.0.0 active and the plan to v1.1.0 saved. */
const planned = async (): Promise<{ readonly project: TestProject; readonly file: string }> => {
  const project = await createProject('schemas');
  project.configure(targets('^1'));
  project.repository.commit({ 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') }, 'v1.0.0');
  await project.apply();
  project.repository.commit(
    { 'workflows/a.json': workflowFile('a', ['read', 'more']), 'workflows/b.json': workflowFile('b') },
    'v1.1.0',
  );
  const file = join(project.directory, 'plan.json');
  writeFileSync(file, JSON.stringify(await project.plan(), null, 2));
  return { project, file };
};

const use = (project: TestProject, planFile: string): Promise<Outcome<ApplyReport>> =>
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

const edit = (file: string, change: (text: string) => string): void =>
  writeFileSync(file, change(readFileSync(file, 'utf8')));

describe('a saved plan is refused, naming what moved, after', () => {
  test('another activation', async () => {
    const { project, file } = await planned();
    await project.apply();
    await project.rollback('development');
    expect(await refusal(project, file)).toMatch(
      /^plan-stale: .*was at activation 1 \(v1.0.0\) and is at activation 3/,
    );
  });

  test('a relevant edit of the configuration', async () => {
    const { project, file } = await planned();
    project.configure(targets('^1', ', deployment: { max_deletes: 3 }'));
    expect(await refusal(project, file)).toMatch(/^plan-stale: .*configuration of the target changed: .*max_deletes/);
  });

  test('a moved tag', async () => {
    const { project, file } = await planned();
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['other']) }, 'v1.1.0');
    expect(await refusal(project, file)).toMatch(/^plan-stale: .*the tag v1.1.0 led to \w+ and leads to/);
  });

  test('drift', async () => {
    const { project, file } = await planned();
    await project.sql(
      'development',
      `update :place.artifact set body = '{}' where digest = (select digest from :place.artifact_version where name = 'b')`,
    );
    expect(await refusal(project, file)).toMatch(/^plan-stale: .*drift differs: workflow.b/);
  });

  test('one changed byte', async () => {
    const { project, file } = await planned();
    edit(file, (text) => text.replace('"created_by": "tester"', '"created_by": "taster"'));
    expect(await refusal(project, file)).toMatch(/^plan-tampered/);
  });

  test('a second use', async () => {
    const { project, file } = await planned();
    expect(await refusal(project, file)).toBe('');
    expect(await refusal(project, file)).toMatch(/^plan-used: .*succeeded/);
    expect((await project.plan()).sections).toMatchObject([{ changes: [] }]);
  });

  test('it came from another state', async () => {
    const { file } = await planned();
    const { project } = await planned();
    expect(await refusal(project, file)).toMatch(/^plan-foreign/);
  });

  test('it lost its form', async () => {
    const { project, file } = await planned();
    edit(file, (text) => text.slice(0, 500));
    expect(await refusal(project, file)).toMatch(/^plan-tampered/);
    writeFileSync(file, '{}');
    expect(await refusal(project, file)).toMatch(/^plan-not-a-plan: [^\n]*$/);
    edit(file, () => '{ "format_version": "9.0", "integrity": "" }');
    expect(await refusal(project, file)).toMatch(/^plan-format-unknown/);
    expect(await refusal(project, `${file}.missing`)).toMatch(/^plan-file-unreadable/);
  });
});

describe('a saved plan still holds after', () => {
  test('an edit of the configuration that does not matter to it', async () => {
    const { project, file } = await planned();
    project.configure(
      `${targets('^1', ', display_name: Renamed')}\n  other: { environment: development, version: v1.0.0, enabled: false }`,
    );
    expect(await refusal(project, file)).toBe('');
  });

  test('a newer tag', async () => {
    const { project, file } = await planned();
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['newest']) }, 'v1.2.0');
    expect(await refusal(project, file)).toBe('');
    expect((await project.plan()).sections).toMatchObject([{ from: { version: 'v1.1.0' }, to: { version: 'v1.2.0' } }]);
  });

  test('a lease that was taken and given back', async () => {
    const { project, file } = await planned();
    const { createBackup } = await import('../../engine/operations/index.ts');
    const made = await createBackup(project.context, { target: 'development', lockTimeoutMs: 0 });
    expect(made.ok).toBe(true);
    expect(await refusal(project, file)).toBe('');
  });
});

test('a tag that moved after its version was released is refused when it is planned', async () => {
  const { project } = await planned();
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['other']) }, 'v1.0.0');
  await expect(project.plan([], 'v1.0.0')).rejects.toThrow('version-tag-moved');
});

test('a plan is refused as a whole where a target is not plain, unknown, or a version goes with several', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(`${targets('latest')}\n  second: { environment: development, version: latest }`);
  await expect(project.apply()).rejects.toThrow('target-needed');
  await expect(project.plan(['develpment'])).rejects.toThrow(/target-unknown/);
  await expect(project.plan([], 'v1.0.0')).rejects.toThrow('version-needs-target');
});

test('sections in front of a blocked one are asked for too', async () => {
  const project = await createProject('schemas', { environments: ['development', 'staging'] });
  project.configure(
    `  development: { environment: development, version: v1.0.0 }\n  staging: { environment: staging, version: v1.0.0, enabled: false }`,
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const request = { targets: ['development', 'staging'], reason: null, lockTimeoutMs: 0, report: () => undefined };
  const declined = await apply(project.context, { ...request, confirm: () => Promise.resolve(false) });
  expect(declined.diagnostics.map(({ code }) => code)).toEqual(['apply-declined']);
  expect(await project.plan(['development'])).toMatchObject({ sections: [{ place_id: 'new' }] });
  const agreed = await apply(project.context, { ...request, confirm: () => Promise.resolve(true) });
  expect(agreed.ok && agreed.value.sections).toMatchObject([{ outcome: 'succeeded' }, { outcome: 'refused' }]);
});
