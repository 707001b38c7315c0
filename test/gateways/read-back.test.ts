import { expect, test } from 'vitest';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, logOf, startGateway, stepsOf } from './estate.ts';

test('a record that was read back from a gateway and committed is published once, and its smoke test is attributed', async () => {
  const requests: string[] = [];
  await using gateway = await startGateway({ plannerApi: 'query', onRequest: (line) => void requests.push(line) });
  const invocation = '    smoke_tests: [{ name: extract, invoke: { workflow: invoices }, timeout_seconds: 20 }]';
  const project = await createEstate({ one: { url: gateway.url } }, invocation);
  project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices') }, 'v1.0.0');
  await project.apply();
  const record = gateway.planners.get('invoices');
  expect(Object.keys(record?.plan_definition ?? {})).toContain('m3forge');

  const file = JSON.stringify(record, null, 2).replaceAll('0000-7000', '0000-7001');
  project.repository.commit({ 'workflows/invoices.json': file }, 'v1.1.0');
  project.events.splice(0);
  expect((await project.apply()).problems).toEqual([]);
  expect(stepsOf(project)).toContain('gateways: 1 planner published');
  expect(logOf(project).join('\n')).toMatch(/extract at one": run .* completed, by v1\.1\.0/);

  requests.splice(0);
  expect((await project.apply()).problems).toEqual([]);
  expect(requests.filter((line) => !line.startsWith('GET'))).toEqual([]);
});
