import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply } from '../../engine/operations/index.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, startGateway, stepsOf } from './estate.ts';

const released = async (gateway: { readonly url: string }) => {
  const project = await createEstate({ one: { url: gateway.url } });
  project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  project.events.splice(0);
  return project;
};

test('a gateway that was started anew, and holds nothing any more, gets what is active with the next apply', async () => {
  const requests: string[] = [];
  await using gateway = await startGateway({ plannerApi: 'query', onRequest: (line) => void requests.push(line) });
  const project = await released(gateway);
  const published = gateway.planners.get('invoices');
  gateway.planners.unregister('invoices');

  const report = await project.apply();
  expect(report).toMatchObject({ problems: [], sections: [{ outcome: 'unchanged', active: 'v1.0.0' }] });
  expect(stepsOf(project)).toEqual(['gateways: 1 planner published again']);
  expect(gateway.planners.get('invoices')?.plan_definition).toEqual(published?.plan_definition);
  const audited = await project.sql<{ detail: object }>(
    'development',
    "select detail from m3forge.audit where event = 'gateways.followed'",
  );
  expect(audited).toEqual([{ detail: { target: 't', version: 'v1.0.0', published: 1 } }]);

  requests.splice(0);
  project.events.splice(0);
  expect((await project.apply()).problems).toEqual([]);
  expect(requests.filter((line) => !line.startsWith('GET'))).toEqual([]);
  expect(project.events).toEqual([]);
});

test('one that does not answer then is a warning, and what runs in the place stays right', async () => {
  const gateway = await startGateway({ plannerApi: 'query' });
  const project = await released(gateway);
  await gateway.close();
  const { problems, sections } = await project.apply();
  expect(codesOf(problems)).toEqual(['gateway-left-behind']);
  expect(problems).toMatchObject([{ severity: 'warning', address: 'gateway.one' }]);
  expect(sections).toMatchObject([{ outcome: 'unchanged', active: 'v1.0.0' }]);
});

test('a gateway that does not answer, or cannot be opened here, keeps nothing from the one that was started anew', async () => {
  const gone = await startGateway({ plannerApi: 'query' });
  await using gateway = await startGateway({ plannerApi: 'query' });
  const variables = new Map([['ANOTHER', gateway.url]]);
  const project = await createEstate(
    { gone: { url: gone.url }, another: { url: `\${env.ANOTHER}` }, two: { url: gateway.url } },
    '',
    'development',
    { env: (name) => variables.get(name) },
  );
  project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices') }, 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  await gone.close();
  gateway.planners.unregister('invoices');
  variables.clear();

  const { problems } = await project.apply();
  expect(problems).toMatchObject([
    { severity: 'warning', code: 'gateway-left-behind', detail: expect.stringContaining('ANOTHER') },
    { severity: 'warning', code: 'gateway-left-behind', address: 'gateway.gone' },
  ]);
  expect(gateway.planners.get('invoices')).toBeDefined();
});

const filesWith = (project: TestProject, name: string): string => join(project.directory, name);

test('whoever applies saved plans gets it too', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  const project = await released(gateway);
  gateway.planners.unregister('invoices');
  const planFile = filesWith(project, 'plan.json');
  writeFileSync(planFile, JSON.stringify(await project.plan()));
  const manner = { targets: [], reason: null, lockTimeoutMs: 0, confirm: () => Promise.reject(new Error('asked')) };
  const report = valueIn(await apply(project.context, { ...manner, planFile, report: () => undefined }));
  expect(report).toMatchObject({ problems: [], sections: [{ outcome: 'unchanged', active: 'v1.0.0' }] });
  expect(gateway.planners.get('invoices')).toBeDefined();
});

test('nothing is published for a target that is disabled, also where it is named', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  const project = await released(gateway);
  gateway.planners.unregister('invoices');
  const file = filesWith(project, 'm3forge.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('version: latest', 'version: latest\n    enabled: false'));
  await project.apply(['t']);
  expect(gateway.planners.list()).toEqual([]);
});
