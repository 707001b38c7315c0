import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Gateway } from '../../engine/provider/index.ts';
import { Secret } from '../../engine/values/index.ts';
import type { Simulator } from '../../examples/gateway-simulator/simulator.ts';
import { marie } from '../../providers/marie/index.ts';
import { refusalOf, testSystem } from '../http/loopback.ts';
import { nodeId, workflowFile } from '../support/workflows.ts';
import { startGateway, token } from './estate.ts';

const open = (url: string, secret: string | null = token): Gateway => {
  const gateway = marie.gateway?.({
    system: testSystem(),
    id: 'one',
    url,
    token: secret === null ? undefined : new Secret(secret),
    healthPath: 'auto',
    timeoutMs: 5000,
    verifyTls: true,
  });
  if (!gateway) throw new Error('the provider is no gateway');
  return gateway;
};

const planOf = (name: string) => JSON.parse(workflowFile(name)).planDefinition;

describe('a stock 4.0.0 gateway', () => {
  let simulator: Simulator;
  let gateway: Gateway;
  beforeAll(async () => {
    simulator = await startGateway();
    simulator.deployments.set('ocr_executor', 'NOT_SERVING');
    simulator.planners.registerCode('extract', planOf('extract'));
    gateway = open(simulator.url);
  });
  afterAll(async () => {
    await gateway.close();
    await simulator.close();
  });

  test('says its version at /status, and has no /health', async () => {
    expect(await gateway.health()).toMatchObject({ version: '4.0.0', path: '/status' });
  });

  test('lists executors with what their workers report', async () => {
    expect(await gateway.executors()).toEqual([
      { name: 'extract_executor', serving: true, status: 'SERVING', nodes: 1 },
      { name: 'ocr_executor', serving: false, status: 'NOT_SERVING', nodes: 1 },
    ]);
  });

  test('counts slots', async () => {
    expect(await gateway.capacity()).toMatchObject({ capacity: 2, used: 0, slots: [{ name: 'extract_executor' }, {}] });
  });

  test('shows no definition of a planner that is code, and none at all of one that it has not', async () => {
    expect(await gateway.planners()).toEqual([
      { name: 'extract', version: '1.0.0', source: 'code', definition: undefined },
    ]);
    expect(await gateway.planner('extract')).toMatchObject({ source: 'code', definition: undefined });
    expect(await gateway.planner('a/b')).toBeUndefined();
  });

  test('takes no planner, and its own description says so before anything is sent', async () => {
    expect(await gateway.publishing()).toEqual({
      possible: false,
      why: 'its POST /api/planners takes multipart/form-data, into which no plan fits',
    });
    const order = { name: 'new', version: '1.0.0', definition: planOf('new') };
    expect(await refusalOf(gateway.register(order))).toMatchObject({ code: 'gateway-error' });
  });

  test('proves a token without running anything', async () => {
    await gateway.checkToken();
    expect(simulator.scheduler.counts()).toMatchObject({ submission_count: 0 });
  });

  test.each([
    ['without a token', null, 'gateway-token-missing'],
    ['with one that it does not know', token.replace('f', 'e'), 'gateway-token-refused'],
  ])('%s, an invocation is refused in words that hold none', async (_, secret, code) => {
    const other = open(simulator.url, secret);
    const refused = await refusalOf(other.checkToken());
    await other.close();
    expect(refused.code).toBe(code);
    if (secret !== null) expect(refused.text).not.toContain(secret);
  });

  test('answers a submission before it plans; a run is followed by the jobs that name it', async () => {
    const run = await gateway.submit({
      planner: 'extract',
      queue: 'extract',
      input: { uri: 's3://b/k' },
      reference: 'r1',
    });
    for (;;) {
      const progress = await gateway.progress(run);
      if (progress.open === 0 && (progress.completed ?? 0) > 0) {
        expect(progress).toEqual({ open: 0, failed: 0, completed: 2 });
        break;
      }
    }
    const lost = await gateway.submit({ planner: 'nobody', queue: 'extract', input: {}, reference: 'r2' });
    expect(await gateway.progress(lost)).toEqual({ open: 0, failed: 0, completed: 0 });
    expect(simulator.scheduler.log()).toEqual([expect.stringContaining('Invalid query planner: nobody')]);
  });

  test('refuses a submission inside an HTTP 200', async () => {
    const order = { planner: 'extract', queue: 'no blanks here', input: {}, reference: 'r3' };
    const { code, text } = await refusalOf(gateway.submit(order));
    expect(code).toBe('gateway-error');
    expect(text).toContain('Event name can only contain');
  });

  test('knows a job that ran', async () => {
    expect(await gateway.knowsJob(nodeId(7))).toBe(false);
  });
});

describe.each(['query', 'body'] as const)('a gateway that takes planners in the %s', (plannerApi) => {
  test('keeps exactly what it was given, once, and gives it up', async () => {
    await using simulator = await startGateway({ plannerApi });
    const gateway = open(simulator.url);
    const order = { name: 'a/b & c', version: '2.1.0', definition: { ...planOf('x'), m3forge: { place: 'p' } } };
    expect(await gateway.publishing()).toEqual({ possible: true });
    await gateway.register(order);
    expect(await gateway.planner('a/b & c')).toEqual({ ...order, source: 'json' });
    expect(await refusalOf(gateway.register(order))).toMatchObject({ code: 'gateway-error' });
    await gateway.unregister('a/b & c');
    await gateway.unregister('a/b & c');
    expect(await gateway.planners()).toEqual([]);
    await gateway.close();
  });
});

test('a worker that was not heard of for long counts as gone, by the clock of the gateway alone', async () => {
  await using simulator = await startGateway({ executors: ['a', 'b'] });
  const old = simulator.deployments.reports;
  Object.assign(simulator.deployments, {
    reports: () => {
      const reports = JSON.parse(JSON.stringify(old()));
      const [first] = Object.values<{ heartbeat_at: string }>(reports.status);
      if (first) first.heartbeat_at = new Date(Date.now() - 60_000).toISOString();
      return reports;
    },
  });
  const gateway = open(simulator.url);
  expect((await gateway.executors()).map(({ status }) => status)).toEqual(['SILENT', 'SERVING']);
  await gateway.close();
});
