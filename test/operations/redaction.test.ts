import { expect, test } from 'vitest';
import { logs } from '../../engine/operations/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createProject } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

test('a secret that a smoke test prints is in no event and in no stored log', async () => {
  const project = await createProject('schemas');
  project.context.redactor.add(new Secret('canary-9f31'));
  project.configure(
    '  development: { environment: development, version: latest, smoke_tests: [{ name: check, run: "echo canary-9f31; exit 1" }] }',
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const report = await project.apply();
  expect(report.sections).toMatchObject([{ outcome: 'failed' }]);
  const lines: string[] = [];
  const id = report.sections[0]?.releaseId ?? '';
  await logs(project.context, { id, follow: false, lockTimeoutMs: 0, line: ({ message }) => void lines.push(message) });
  expect(lines).toContain('***');
  const stored = await project.sql(
    'development',
    'select message from m3forge.release_log union all select detail from m3forge.step',
  );
  expect(JSON.stringify([lines, project.events, stored, report.problems])).not.toContain('canary-9f31');
});
