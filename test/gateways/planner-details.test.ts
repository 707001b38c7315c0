import { expect, test } from 'vitest';
import type { SimulatorOptions } from '../../examples/gateway-simulator/simulator.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, startGateway } from './estate.ts';

const release = async (options: SimulatorOptions, description = 'Reads invoices & more') => {
  const gateway = await startGateway(options);
  const project = await createEstate({ one: { url: gateway.url } });
  const details = {
    version: '2.3.4',
    description,
    tags: ['money', 'ocr'],
    category: 'finance',
  };
  const file = JSON.stringify({ ...JSON.parse(workflowFile('invoices')), ...details });
  project.repository.commit({ 'workflows/invoices.json': file }, 'v1.0.0');
  return { gateway, details, problems: (await project.apply()).problems };
};

test.each(['query', 'body'] as const)(
  'what a file says of its workflow is published with it where the API takes the %s',
  async (plannerApi) => {
    const { gateway, details, problems } = await release({ plannerApi });
    await using _ = gateway;
    expect(problems).toEqual([]);
    expect(gateway.planners.get('invoices')).toMatchObject({ name: 'invoices', ...details });
  },
);

test('a description too long for a path is left out there, and keeps nothing from being published', async () => {
  const description = 'ä'.repeat(3000);
  await using long = (await release({ plannerApi: 'query' }, description)).gateway;
  expect(long.planners.get('invoices')).toMatchObject({ version: '2.3.4', description: null, tags: ['money', 'ocr'] });
});
