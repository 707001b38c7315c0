import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readPlanFile } from '../../engine/operations/plan-file.ts';
import { startSimulator } from '../../examples/gateway-simulator/simulator.ts';
import { codesOf, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, logOf, startGateway, stepsOf, token } from './estate.ts';

const smokeTests = `    smoke_tests:
      - { name: alive, http: { path: /status, expect_json: { marie: { marie: "4.0.0" } } } }
      - { name: extract, invoke: { workflow: invoices }, timeout_seconds: 20 }`;

const invoices = (text: string): Record<string, string> => ({
  'workflows/invoices.json': workflowFile('invoices', [text, 'extract']),
});

test('preflight, candidate checks, activation, publishing, an attributed smoke test, and then nothing to do', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  const project = await createEstate({ one: { url: gateway.url } }, smokeTests);
  project.repository.commit(invoices('read'), 'v1.0.0');

  const document = await project.plan();
  const { sections } = document;
  expect(sections[0]?.preflight).toEqual([
    { gateway: 'one', reachable: true, version: '4.0.0', executors: 1, unpublished: null, findings: [] },
  ]);
  // What is saved reads back as what was planned.
  const saved = join(project.directory, 'plan.json');
  writeFileSync(saved, JSON.stringify(document));
  expect(valueIn(await readPlanFile(saved))).toEqual(document);
  const report = await project.apply();
  expect(report.problems).toEqual([]);
  expect(stepsOf(project)).toEqual([
    'backup: nothing is active yet',
    'write: sequence 1: 1 artifact changed, 1 body written',
    'candidate: 1 artifact read back; 1 executor serving on 1 gateway; invocations skipped',
    'activate: v1.0.0 is active (sequence 1)',
    'gateways: 1 planner published',
    'verify: 2 smoke tests passed, 1 executor serving on 1 gateway',
    'finish: v1.0.0 succeeded',
  ]);
  expect(logOf(project).find((line) => line.includes('extract at one'))).toMatch(
    /^Smoke test "extract at one": run [0-9a-f-]{36}: 2 jobs completed, by v1\.0\.0$/,
  );
  expect(gateway.planners.get('invoices')).toMatchObject({ source_type: 'json', plan_definition: { nodes: [{}, {}] } });
  expect((await project.plan()).sections[0]?.changes).toEqual([]);
});

test('an executor that dies after the activation leads back, and the gateway with it', async () => {
  await using gateway = await startGateway({
    plannerApi: 'body',
    onRequest: (line) => {
      // The moment in which the second version has just arrived.
      const taken = gateway.planners.get('invoices')?.plan_definition;
      if (line === 'GET /api/deployments' && JSON.stringify(taken ?? '').includes('second')) {
        gateway.deployments.set('extract_executor', 'NOT_SERVING');
      }
    },
  });
  const project = await createEstate({ one: { url: gateway.url } }, smokeTests);
  project.repository.commit(invoices('first'), 'v1.0.0');
  await project.apply();
  const before = await project.view('development');

  project.repository.commit(invoices('second'), 'v1.1.0');
  const report = await project.apply();
  expect(report.sections).toMatchObject([{ outcome: 'failed', active: 'v1.0.0' }]);
  expect(codesOf(report.problems)).toEqual(['release-failed', 'gateway-executor-down']);
  expect(report.problems[1]).toMatchObject({
    address: 'workflow.invoices',
    range: { filename: 'workflows/invoices.json', start: { line: 16 } },
  });
  expect(await project.view('development')).toEqual(before);
  expect(JSON.stringify(gateway.planners.get('invoices'))).toContain('first');

  gateway.deployments.set('extract_executor', 'SERVING');
  expect((await project.plan()).sections[0]).toMatchObject({
    from: { version: 'v1.0.0' },
    to: { version: 'v1.0.0' },
    changes: [],
  });
});

test('a gateway that reads the place is told, and an invocation is attributed by what it then shows', async () => {
  const holder: { read: () => Promise<Record<string, string>> } = { read: () => Promise.resolve({}) };
  await using gateway = await startSimulator({
    executors: ['extract_executor'],
    keys: [token],
    load: async () =>
      Object.entries(await holder.read()).map(([name, text]) => ({
        name,
        plan: JSON.parse(text).planDefinition,
      })),
  });
  const project = await createEstate(
    { one: { url: gateway.url, more: 'reload: { path: /m3forge/reload }' } },
    smokeTests,
  );
  holder.read = async () => {
    const rows = await project.sql<{ name: string; text: string }>(
      'development',
      'select name, definition::text as text from :place.workflows',
    );
    return Object.fromEntries(rows.map(({ name, text }) => [name, text]));
  };
  project.repository.commit(invoices('read'), 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  expect(stepsOf(project)).toContain('gateways: 1 gateway reloaded');
  expect((await project.plan()).sections[0]?.changes).toEqual([]);

  // Its ids ran before: the gateway cannot insert them again, and says so by saying nothing.
  project.repository.commit({ ...invoices('read'), 'workflows/more.json': workflowFile('more', ['z']) }, 'v1.1.0');
  const second = await project.apply();
  expect(second.problems).toEqual([]);
  expect(logOf(project).at(-1)).toMatch(/extract at one": unattributed: the gateway ran this very definition before/);
});
