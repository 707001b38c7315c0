import { expect, test, vi } from 'vitest';
import { apply } from '../../engine/library.ts';
import {
  addHold,
  apply as applyTargets,
  deprecateVersion,
  exportState,
  liftHold,
  logs,
  showRecord,
} from '../../engine/operations/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { createProject, valueIn } from '../support/project.ts';
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

test('what stands in the file as it is, and should not, is not shown by the state', async () => {
  const project = await createProject('schemas');
  project.configure('  development: { environment: development, version: latest }', {
    top: `variables: { API_TOKEN: canary-1f20 }
gateways: { one: { url: "http://127.0.0.1:1", token: canary-77c4 }, two: { url: "http://127.0.0.1:1", token: "\${env.TOKEN}" } }`,
  });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  const noWait = { lockTimeoutMs: 0 };
  const all = JSON.stringify([
    valueIn(await exportState(project.context, noWait)),
    valueIn(await showRecord(project.context, { address: 'variable.API_TOKEN', ...noWait })),
  ]);
  expect(all).toContain('API_TOKEN');
  expect(all).toContain('${env.TOKEN}');
  expect(all).not.toMatch(/canary-/);
});

test('the library hands out no secret: not in problems, and not in events', async () => {
  const project = await createProject('schemas');
  vi.stubEnv('DEPLOY_TOKEN', 'canary-5d11a0');
  project.configure(
    '  development: { environment: development, version: latest, smoke_tests: [{ name: check, run: "echo canary-5d11a0; exit 1" }] }',
  );
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const events: unknown[] = [];
  const outcome = await apply({
    directory: project.directory,
    onEvent: (target, event) => void events.push([target, event]),
  });
  expect(outcome).toMatchObject({ ok: true, value: { sections: [{ outcome: 'failed' }] } });
  expect(JSON.stringify(events)).toContain('***');
  expect(JSON.stringify([outcome, events])).not.toContain('canary-5d11a0');
});

test('a secret that somebody gives as a reason is kept nowhere', async () => {
  const project = await createProject('schemas');
  const { context } = project;
  context.redactor.add(new Secret('canary-41c7'));
  const noWait = { lockTimeoutMs: 0 };
  const reason = 'the token is canary-41c7';
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const manner = { targets: [], confirm: () => Promise.resolve(true), report: () => undefined, ...noWait };
  valueIn(await applyTargets(context, { ...manner, reason }));
  const [hold] = valueIn(await addHold(context, { targets: [], reason, until: null, ...noWait }));
  if (hold?.kind !== 'hold') throw new Error('nothing was added');
  valueIn(await liftHold(context, { lift: { hold: hold.id }, reason, ...noWait }));
  valueIn(await deprecateVersion(context, { version: 'v1.0.0', reason, ...noWait }));
  const tables = await project.sql<{ name: string }>(
    'development',
    "select table_name as name from information_schema.tables where table_schema = 'm3forge'",
  );
  const kept = new Set<string>();
  for (const { name } of tables) {
    const rows = await project.sql('development', `select * from m3forge."${name}" t`);
    if (JSON.stringify(rows).includes('the token is ***')) kept.add(name);
    expect(JSON.stringify(rows), name).not.toContain('canary-41c7');
  }
  expect([...kept].sort()).toEqual(['audit', 'hold', 'release', 'version']);
});
