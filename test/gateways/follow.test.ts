import { afterAll, beforeAll, expect, test } from 'vitest';
import { bringGateways, followLimit, type OpenGateway } from '../../engine/gateways/index.ts';
import type { ArtifactStore, Gateway } from '../../engine/provider/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { type Simulator, startSimulator } from '../../examples/gateway-simulator/simulator.ts';
import { marie } from '../../providers/marie/index.ts';
import { refusalOf, serve, testSystem } from '../http/loopback.ts';
import { codesOf } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** A place of which only one sequence matters: workflows by name, each with the text of its one node. */
const storeOf = (workflows: Readonly<Record<string, string>>): ArtifactStore => {
  const entries = Object.entries(workflows).map(([name, text]) => {
    const body = Buffer.from(workflowFile(name, [text]));
    return { kind: 'workflow' as const, name, digest: digestOfBytes(body), body };
  });
  return {
    manifest: () => Promise.resolve(entries.map(({ kind, name, digest }) => ({ kind, name, digest }))),
    async *bodies(digests: readonly string[]) {
      for (const { digest, body } of entries) if (digests.includes(digest)) yield { digest, actual: digest, body };
    },
  } as unknown as ArtifactStore;
};

const openOf = (url: string, more: Partial<OpenGateway> = {}): OpenGateway => {
  const options = {
    system: testSystem(),
    id: 'one',
    url,
    token: undefined,
    healthPath: 'auto',
    timeoutMs: 5000,
    verifyTls: true,
  };
  const gateway = marie.gateway?.(options);
  if (!gateway) throw new Error('the provider is no gateway');
  return {
    id: 'one',
    gateway,
    url,
    token: undefined,
    verifyTls: true,
    drained: false,
    publish: true,
    reload: undefined,
    ...more,
  };
};

const limit = followLimit(testSystem());
const bring = (open: OpenGateway, workflows: Readonly<Record<string, string>>, placeId = 'p') =>
  bringGateways({ gateways: [open], store: storeOf(workflows), placeId, seq: 1, version: 'v1.0.0', limit });

const requests: string[] = [];
let simulator: Simulator;
let open: OpenGateway;
beforeAll(async () => {
  simulator = await startSimulator({ plannerApi: 'query', onRequest: (line) => void requests.push(line) });
  open = openOf(simulator.url);
});
afterAll(async () => {
  await open.gateway.close();
  await simulator.close();
});

/** What is sent that changes something. */
const changing = (): readonly string[] => requests.splice(0).filter((line) => !line.startsWith('GET'));

test('a gateway gets what it has not, keeps what it has, and loses what is released no more', async () => {
  expect(await bring(open, { a: '1', b: '1' })).toMatchObject({ published: 2, warnings: [] });
  expect(changing()).toHaveLength(2);
  expect(await bring(open, { a: '1', b: '1' })).toMatchObject({ published: 0 });
  expect(changing()).toEqual([]);
  expect(await bring(open, { a: '2' })).toMatchObject({ published: 2 });
  expect(changing()).toEqual([
    'DELETE /api/planners/b',
    'DELETE /api/planners/a',
    'POST /api/planners?name=a&version=1.0.0&category=test',
  ]);
  expect(simulator.planners.list().map(({ name }) => name)).toEqual(['a']);
});

test('one of ours that somebody edited at the gateway is put right, and then left in peace', async () => {
  await bring(open, { a: '2' });
  const present = simulator.planners.get('a')?.plan_definition;
  simulator.planners.unregister('a');
  simulator.planners.register({ name: 'a' }, { ...present, nodes: [] });
  changing();
  expect(await bring(open, { a: '2' })).toMatchObject({ published: 1, warnings: [] });
  expect(changing()).toEqual(['DELETE /api/planners/a', 'POST /api/planners?name=a&version=1.0.0&category=test']);
  expect(simulator.planners.get('a')?.plan_definition).toEqual(present);
  expect(await bring(open, { a: '2' })).toMatchObject({ published: 0 });
});

test('what somebody else put there stays: code, another place, and a hand', async () => {
  const other = JSON.parse(workflowFile('x')).planDefinition;
  simulator.planners.registerCode('code', other);
  simulator.planners.register({ name: 'hand' }, other);
  simulator.planners.register({ name: 'theirs' }, { ...other, m3forge: { place: 'q', digest: 'd' } });
  const { warnings } = await bring(open, { a: '2', code: '1', hand: '1', theirs: '1' });
  expect(codesOf(warnings)).toEqual(['gateway-planner-foreign', 'gateway-planner-foreign', 'gateway-planner-foreign']);
  expect(await bring(open, {})).toMatchObject({ published: 1, warnings: [] });
  expect(changing()).toEqual(['DELETE /api/planners/a']);
  expect(
    simulator.planners
      .list()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['code', 'hand', 'theirs']);
});

test('nothing is sent to a stock gateway, nor where the configuration says never', async () => {
  const seen: string[] = [];
  await using stock = await startSimulator({ onRequest: (line) => void seen.push(line) });
  const gateway = openOf(stock.url);
  expect(await bring(gateway, { a: '1' })).toEqual({ published: 0, reloaded: 0, warnings: [] });
  expect(seen).toEqual(['GET /openapi.json']);
  await gateway.gateway.close();
  expect(await bring({ ...open, publish: false }, { a: '1' })).toEqual({ published: 0, reloaded: 0, warnings: [] });
  expect(changing()).toEqual([]);
});

test('a 2xx is not believed: what was published is read back', async () => {
  const forgetful: Gateway = {
    ...open.gateway,
    planners: () => Promise.resolve([]),
    planner: () => Promise.resolve(undefined),
    register: () => Promise.resolve(),
  };
  const refused = await refusalOf(bring({ ...open, gateway: forgetful }, { a: '1' }));
  expect(refused.code).toBe('gateway-planner-differs');
});

test('a version that the gateway does not keep is none that it took', async () => {
  const { register } = open.gateway;
  const forgetful: Gateway = { ...open.gateway, register: (order) => register({ ...order, version: '0.0.1' }) };
  const refused = await refusalOf(bring({ ...open, gateway: forgetful }, { v: '1' }));
  expect(refused.code).toBe('gateway-planner-differs');
});

test('a gateway that is gone is an error, a drained one that is gone a warning; the others are brought along', async () => {
  const gone = openOf('http://127.0.0.1:1', { id: 'gone' });
  const order = { store: storeOf({ z: '1' }), placeId: 'p', seq: 1, version: 'v1.0.0', limit };
  expect((await refusalOf(bringGateways({ ...order, gateways: [gone, open] }))).code).toBe('http-unreachable');
  expect(simulator.planners.get('z')).toBeDefined();
  const followed = await bringGateways({ ...order, gateways: [{ ...gone, drained: true }, open] });
  expect(followed.warnings).toMatchObject([{ severity: 'warning', code: 'http-unreachable' }]);
  await gone.gateway.close();
});

test('a reload that answers 200 and an error inside has failed', async () => {
  await using failing = await serve((request, response) =>
    response.end(
      JSON.stringify(request.method === 'POST' ? { status: 'error', result: 'no such view' } : { paths: {} }),
    ),
  );
  const gateway = openOf(`http://127.0.0.1:${failing.port}`, { reload: '/m3forge/reload' });
  const { code, text } = await refusalOf(bring(gateway, {}));
  await gateway.gateway.close();
  expect(code).toBe('gateway-error');
  expect(text).toContain('does not reload (HTTP 200: no such view)');
});
