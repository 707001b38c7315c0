import { describe, expect, test } from 'vitest';
import {
  createBackup,
  history,
  listAllBackups,
  prune,
  restoreBackup,
  verifyBackups,
} from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const release = async (project: TestProject, ...names: readonly string[]): Promise<void> => {
  for (const name of names) {
    project.repository.commit(
      { 'workflows/a.json': workflowFile('a', [name]), 'workflows/b.json': workflowFile('b') },
      name,
    );
    expect((await project.apply([], name)).problems).toEqual([]);
  }
};

const restore = (project: TestProject, id: string, target = 'development') =>
  restoreBackup(project.context, {
    id,
    target,
    reason: 'test',
    lockTimeoutMs: 0,
    confirm: () => Promise.resolve(true),
    report: () => undefined,
  });

const list = async (project: TestProject) =>
  valueIn(await listAllBackups(project.context, { target: undefined, lockTimeoutMs: 0 }));

describe.each(['embedded', 'schemas'] as const)('backups (%s)', (arrangement) => {
  test('are taken before each release, proven, listed, and restored as a release', async () => {
    const project = await createProject(arrangement);
    await release(project, 'v1.0.0');
    const before = await project.view('development');
    await release(project, 'v1.1.0');
    const [backup] = await list(project);
    expect(backup).toMatchObject({ version: 'v1.0.0', bodies: 2, environment: 'development' });
    expect(backup?.verified_at).not.toBeNull();
    expect(
      valueIn(await verifyBackups(project.context, { id: undefined, full: true, lockTimeoutMs: 0 })),
    ).toMatchObject([{ id: backup?.id, artifacts: 2, missing: 0 }]);

    const restored = valueIn(await restore(project, backup?.id ?? ''));
    expect(restored.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
    expect(await project.view('development')).toEqual(before);
    const [latest] = valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }));
    expect(latest).toMatchObject({ kind: 'restore', state: 'succeeded', version: 'v1.0.0' });
    expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
  });

  test('by hand, and pruned to what can still be needed', async () => {
    const project = await createProject(arrangement);
    project.configure(
      '  development: { environment: development, version: latest }\nbackups: { retention: { keep_last: 2 } }',
    );
    await release(project, 'v1.0.0', 'v1.1.0', 'v1.2.0', 'v1.3.0');
    valueIn(await createBackup(project.context, { target: 'development', lockTimeoutMs: 0 }));
    expect(await list(project)).toHaveLength(4);
    const pruned = valueIn(await prune(project.context, { target: 'development', lockTimeoutMs: 0 }));
    expect(pruned.backups).toHaveLength(2);
    expect(pruned.place).toMatchObject({ sequences: 2 });
    expect((await list(project)).map(({ version }) => version)).toEqual(['v1.3.0', 'v1.2.0']);
    valueIn(await verifyBackups(project.context, { id: undefined, full: true, lockTimeoutMs: 0 }));
    expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
    expect((await project.rollback('development')).sections).toMatchObject([{ active: 'v1.2.0' }]);
  });
});

test('a backup that is unknown, or of another place, is refused', async () => {
  const project = await createProject('schemas', { environments: ['development', 'staging'] });
  await project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply(['development']);
  await project.apply(['staging']);
  expect(codesOf((await restore(project, 'abcd')).diagnostics)).toEqual(['backup-unknown']);
  const made = valueIn(await createBackup(project.context, { target: 'staging', lockTimeoutMs: 0 }));
  const outcome = await restore(project, made.backup?.id ?? '');
  expect(codesOf(outcome.diagnostics)).toEqual(['backup-of-another-place']);
});
