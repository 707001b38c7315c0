import { describe, expect, test } from 'vitest';
import { createProject, type TestProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const versions = async (project: TestProject, ...names: readonly string[]): Promise<void> => {
  for (const name of names) {
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', name]) }, name);
    expect((await project.apply([], name)).problems).toEqual([]);
  }
};

const changeFormer = `update :place.artifact_version set digest = (select digest from :place.artifact_version where from_seq = 2) where from_seq = 1`;

describe('going back', () => {
  test('twice in a row never returns to what was rolled away from', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0', 'v1.1.0', 'v1.2.0');
    expect((await project.rollback('development')).sections).toMatchObject([{ active: 'v1.1.0' }]);
    expect((await project.rollback('development')).sections).toMatchObject([{ active: 'v1.0.0' }]);
    await expect(project.rollback('development')).rejects.toThrow('rollback-nowhere');
    expect((await project.plan()).sections).toMatchObject([{ changes: [], from: { version: 'v1.0.0' } }]);
  });

  test('to a named version needs that it succeeded here', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0', 'v1.1.0', 'v1.2.0');
    await expect(project.rollback('development', 'v9.9.9')).rejects.toThrow('rollback-nowhere');
    expect((await project.rollback('development', '1.0.0')).sections).toMatchObject([{ active: 'v1.0.0' }]);
    // What was jumped over was not rolled away from.
    expect((await project.plan()).sections).toMatchObject([{ to: { version: 'v1.1.0' } }]);
  });

  test('to a sequence that was changed by hand writes its version anew', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0');
    const before = await project.view('development');
    await versions(project, 'v1.1.0');
    await project.sql('development', changeFormer);
    const { document, sections } = await project.rollback('development');
    expect(document.sections[0]?.notes).toEqual([expect.stringContaining('written anew from Git')]);
    expect(sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    expect(await project.view('development')).toEqual(before);
    expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
  });

  test('to a sequence that was changed by hand and that Git lost too is refused', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0', 'v1.1.0');
    await project.sql('development', changeFormer);
    project.repository.git(['tag', '-d', 'v1.0.0']);
    await expect(project.rollback('development')).rejects.toThrow('rollback-content-lost');
  });

  test('works without the tag where the sequence is whole', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0', 'v1.1.0');
    project.repository.git(['tag', '-d', 'v1.0.0']);
    expect((await project.rollback('development')).sections).toMatchObject([{ active: 'v1.0.0' }]);
  });

  test('after a heal in between still finds the version before', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0', 'v1.1.0');
    await project.sql('development', `update :place.artifact set body = '{}'`);
    expect((await project.apply()).sections).toMatchObject([{ active: 'v1.1.0' }]);
    expect((await project.rollback('development')).sections).toMatchObject([{ active: 'v1.0.0' }]);
    await expect(project.rollback('development')).rejects.toThrow('rollback-nowhere');
  });

  test('from a version that failed and was kept still finds what succeeded before', async () => {
    const project = await createProject('schemas');
    await versions(project, 'v1.0.0', 'v1.1.0');
    project.configure(
      '  development: { environment: development, version: latest, deployment: { on_failure: keep }, smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION != v1.2.0" }] }',
    );
    project.repository.commit({ 'workflows/a.json': workflowFile('a', ['bad']) }, 'v1.2.0');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'failed', active: 'v1.2.0' }]);
    expect((await project.plan()).sections[0]?.notes).toEqual([
      expect.stringContaining('v1.2.0 is active although its release'),
    ]);
    expect((await project.rollback('development', 'v1.0.0')).sections).toMatchObject([{ active: 'v1.0.0' }]);
    expect((await project.rollback('development')).sections).toMatchObject([{ active: 'v1.1.0' }]);
  });
});
