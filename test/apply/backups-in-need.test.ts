import { expect, test } from 'vitest';
import { createBackup, listAllBackups, prune } from '../../engine/operations/index.ts';
import { createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const release = async (project: TestProject, name: string): Promise<void> => {
  project.repository.commit({ 'workflows/a.json': workflowFile('a', [name]) }, name);
  expect((await project.apply([], name)).problems).toEqual([]);
};

const target = { target: 'development', lockTimeoutMs: 0 } as const;
const keepOne =
  '  development: { environment: development, version: latest }\nbackups: { retention: { keep_last: 1 } }';

const versions = async (project: TestProject): Promise<readonly (string | null)[]> =>
  valueIn(await listAllBackups(project.context, { target: undefined, lockTimeoutMs: 0 })).map(({ version }) => version);

test('the backup that the active release began with stays, and so does one that an unfinished restore brings back', async () => {
  const project = await createProject('schemas');
  project.configure(keepOne);
  for (const name of ['v1.0.0', 'v1.1.0', 'v1.2.0']) await release(project, name);
  valueIn(await createBackup(project.context, target));
  expect(await versions(project)).toEqual(['v1.2.0', 'v1.1.0', 'v1.0.0']);
  // Another process waits for the lease, to restore the oldest of them.
  const waits = `update m3forge.release set ended_at = null, state = 'waiting', kind = 'restore', section = section
    || jsonb_build_object('backup', (select id from m3forge.backup order by n limit 1)) where n = 1`;
  await project.sql('development', waits);
  expect(valueIn(await prune(project.context, target)).backups).toEqual([]);
  await project.sql('development', "update m3forge.release set ended_at = now(), state = 'cancelled' where n = 1");
  expect(valueIn(await prune(project.context, target)).backups).toHaveLength(1);
  expect(await versions(project)).toEqual(['v1.2.0', 'v1.1.0']);
  // Once another release is active, what the one before began with may go.
  await release(project, 'v1.3.0');
  expect(valueIn(await prune(project.context, target)).backups).toHaveLength(1);
  expect(await versions(project)).toEqual(['v1.2.0']);
});
