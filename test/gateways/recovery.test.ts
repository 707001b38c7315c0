import { expect, test } from 'vitest';
import { recover } from '../../engine/operations/index.ts';
import { createFailpoints } from '../../engine/system/index.ts';
import { codesOf, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, startGateway } from './estate.ts';

test('what a crash left at a gateway is brought back with the pointer', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  // Neither the end nor the way back of the second release: its process is as good as dead.
  const failpoints = createFailpoints('before-success-recorded@2=throw');
  const project = await createEstate({ one: { url: gateway.url } }, '', 'development', { failpoints });
  const commit = (text: string, tag: string): void =>
    void project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices', [text]) }, tag);
  const held = (): string => JSON.stringify(gateway.planners.get('invoices')?.plan_definition);
  commit('first', 'v1.0.0');
  await project.apply();
  commit('second', 'v1.1.0');
  expect(codesOf((await project.apply()).problems)).toEqual(['release-outcome-unknown']);
  expect(held()).toContain('second');

  const request = { targets: [], lockTimeoutMs: 0, report: () => undefined };
  expect(valueIn(await recover(project.context, request))).toMatchObject([{ state: 'rolled_back' }]);
  expect(held()).toContain('first');
  expect(valueIn(await recover(project.context, request))).toEqual([]);
  expect((await project.plan([], 'v1.0.0')).sections[0]?.changes).toEqual([]);
});

test('a token that is not set where the recovery runs keeps nobody from recovering the place', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  const failpoints = createFailpoints('before-success-recorded=throw');
  const project = await createEstate({ one: { url: gateway.url } }, '', 'development', { failpoints });
  project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices', ['first']) }, 'v1.0.0');
  expect(codesOf((await project.apply()).problems)).toEqual(['release-outcome-unknown']);
  project.configure(`  t:
    environment: development
    version: latest
    gateways: [{ id: one, url: "\${env.NOBODY_SET_THIS}" }]`);
  const request = { targets: [], lockTimeoutMs: 0, report: () => undefined };
  expect(valueIn(await recover(project.context, request))).toMatchObject([{ state: 'rolled_back' }]);
});

test('the gateways that are brought back are those of the target that was being released, each by itself', async () => {
  await using one = await startGateway({ plannerApi: 'query' });
  await using two = await startGateway({ plannerApi: 'query' });
  const failpoints = createFailpoints('before-success-recorded@2=throw');
  const variables = new Map([['THREE', 'http://127.0.0.1:1']]);
  const env = (name: string): string | undefined => variables.get(name);
  const project = await createEstate({}, '', 'development', { failpoints, env });
  project.configure(`  bystander: { environment: development, version: v1.0.0, gateways: [one] }
  shared: { environment: development, version: latest, gateways: [three, two] }
gateways:
  one: { url: "${one.url}" }
  two: { url: "${two.url}" }
  three: { url: "\${env.THREE}", weight: 0 }`);
  const commit = (text: string, tag: string): void =>
    void project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices', [text]) }, tag);
  const held = (): string => JSON.stringify(two.planners.get('invoices')?.plan_definition);
  commit('first', 'v1.0.0');
  expect((await project.apply(['shared'])).problems).toEqual([]);
  commit('second', 'v1.1.0');
  expect(codesOf((await project.apply(['shared'])).problems)).toEqual(['release-outcome-unknown']);
  expect(held()).toContain('second');

  // Where the recovery runs, a variable is missing that one gateway needs; the other does not wait for it.
  variables.clear();
  const request = { targets: ['bystander'], lockTimeoutMs: 0, report: () => undefined };
  expect(valueIn(await recover(project.context, request))).toMatchObject([{ state: 'rolled_back' }]);
  expect(held()).toContain('first');
  expect(one.planners.list()).toEqual([]);
});
