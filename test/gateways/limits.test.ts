import { expect, test } from 'vitest';
import { codesOf } from '../support/project.ts';
import { testSystem } from '../support/servers.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, startGateway } from './estate.ts';

const hour = 3_600_000;
const mostForFollowing = 300_000;

/** A gateway that is asked for its planners while time runs out, and a project whose time a test lets pass. */
const arrange = async () => {
  const real = testSystem().clock;
  /** Which of the times is over the next time when the gateway is asked. */
  const over = { release: false, following: false, interruption: false };
  const requests: string[] = [];
  const ends = new Map<'release' | 'following', () => void>();
  const interruption = new AbortController();
  const gateway = await startGateway({
    plannerApi: 'query',
    onRequest: (line) => {
      requests.push(line);
      if (line === 'GET /api/planners' && over.interruption) interruption.abort();
      for (const which of ['release', 'following'] as const) {
        if (line === 'GET /api/planners' && over[which]) ends.get(which)?.();
      }
    },
  });
  const endOf = (which: 'release' | 'following'): Promise<void> => new Promise((resolve) => ends.set(which, resolve));
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    if (ms > hour) return endOf('release');
    return ms > mostForFollowing - 1000 && ms <= mostForFollowing ? endOf('following') : real.sleep(ms, signal);
  };
  const project = await createEstate(
    { one: { url: gateway.url } },
    '    deployment: { timeout_seconds: 7200 }',
    'development',
    { clock: { ...real, sleep }, interrupted: interruption.signal },
  );
  const commit = (text: string, tag: string): void =>
    void project.repository.commit({ 'workflows/invoices.json': workflowFile('invoices', [text]) }, tag);
  commit('first', 'v1.0.0');
  expect((await project.apply()).problems).toEqual([]);
  commit('second', 'v1.1.0');
  return { gateway, project, over, requests, interruption };
};

test('a release whose time is over while it is published goes back, and its gateways with it', async () => {
  const { gateway, project, over } = await arrange();
  await using _ = gateway;
  over.release = true;
  const { problems } = await project.apply();
  expect(codesOf(problems)).toEqual(['release-failed', 'gateway-error']);
  expect(problems[1]?.detail).toMatch(/"one" did not follow within 7\d\d\d s, which were left of `deployment\.timeout/);
  expect(JSON.stringify(gateway.planners.get('invoices'))).toContain('first');
});

test('an interruption while it is published goes back, and says nothing against the version', async () => {
  const { gateway, project, over, interruption } = await arrange();
  await using _ = gateway;
  over.interruption = true;
  const { problems } = await project.apply();
  expect(codesOf(problems)).toEqual(['release-interrupted']);
  expect(interruption.signal.aborted).toBe(true);
  expect(JSON.stringify(gateway.planners.get('invoices'))).toContain('first');
  expect(await project.sql('development', 'select version from m3forge.avoid')).toEqual([]);
});

test('the way back ends too, and says which gateway did not follow', async () => {
  const { gateway, project, over } = await arrange();
  await using _ = gateway;
  over.release = true;
  over.following = true;
  const { problems, sections } = await project.apply();
  expect(codesOf(problems)).toEqual(['release-failed', 'gateway-error', 'gateway-left-behind']);
  expect(problems[2]?.detail).toContain('"one" did not follow within 300 s');
  expect(sections).toMatchObject([{ active: 'v1.0.0' }]);
});

test('so does bringing along what lacks something', async () => {
  const { gateway, project, over } = await arrange();
  await using _ = gateway;
  expect((await project.apply()).problems).toEqual([]);
  gateway.planners.unregister('invoices');
  over.following = true;
  const { problems } = await project.apply();
  expect(problems).toMatchObject([
    { severity: 'warning', code: 'gateway-left-behind', detail: expect.stringContaining('within 300 s') },
  ]);
});

test('whoever publishes many definitions asks a gateway once how it takes them', async () => {
  const { gateway, project, requests } = await arrange();
  await using _ = gateway;
  const files = ['a', 'b', 'c'].map((name) => [`workflows/${name}.json`, workflowFile(name)]);
  project.repository.commit(Object.fromEntries(files), 'v1.2.0');
  requests.splice(0);
  expect((await project.apply()).problems).toEqual([]);
  const isPublishing = (line: string): boolean => line.startsWith('POST /api/planners');
  const published = requests.slice(requests.findIndex(isPublishing), requests.findLastIndex(isPublishing));
  expect(published.filter(isPublishing)).toHaveLength(2);
  expect(published).not.toContain('GET /openapi.json');
});
