import { beforeEach, describe, expect, test } from 'vitest';
import { eventNames } from '../../engine/notifications/index.ts';
import { stateOfDeployment } from '../../engine/notifications/mirror.ts';
import { sampleOf } from '../../engine/notifications/samples.ts';
import { deliverNotifications, listNotifications } from '../../engine/operations/index.ts';
import { startGitHub } from '../support/github-host.ts';
import { canary } from '../support/opened-source-control.ts';
import { createProject, forRules, type TestProject, valueIn } from '../support/project.ts';
import type { SourceControlHost } from '../support/source-control-host.ts';
import { workflowFile } from '../support/workflows.ts';

const noWait = { lockTimeoutMs: 0 };

/** Smoke tests pass for v1.0.0 alone. */
const failing = 'smoke_tests: [{ name: check, run: "test $M3FORGE_VERSION = v1.0.0" }]';

const told = ({ deployments }: SourceControlHost) =>
  deployments.map(({ order, statuses }) => ({ order, states: statuses.map(({ state }) => state) }));

const waiting = async ({ context }: TestProject) =>
  valueIn(await listNotifications(context, { targets: [], delivered: false, ...noWait }));

const deliver = async ({ context }: TestProject) =>
  valueIn(await deliverNotifications(context, { targets: [], givenUp: false, ...noWait }));

describe.each(forRules)('the host of the repository is told of releases (%s)', (arrangement) => {
  let host: SourceControlHost;
  beforeEach(async () => {
    host = await startGitHub();
    host.users.set(canary, { login: 'M3forge-Bot', isBot: true });
    return async () => {
      await host[Symbol.asyncDispose]();
      expect(host.violations).toEqual([]);
    };
  });

  /** v1.0.0 can be released to a target whose name is not that of its environment. */
  const createEstate = async (variables: Record<string, string> = { HOST_TOKEN: canary }) => {
    const project = await createProject(arrangement, {
      environments: ['staging', 'production'],
      system: { env: (name) => variables[name] ?? process.env[name] },
    });
    const first = project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    project.configure(`  eu: { environment: production, version: latest, ${failing} }`, {
      top: `source_control: { provider: github, repository: acme/workflows, token: "\${env.HOST_TOKEN}", url: "${host.url}", deployments: true }`,
    });
    return { project, first };
  };

  test('each once, with the states that it went through, beside the commit of its version', async () => {
    const { project, first } = await createEstate();
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded' }]);
    const second = project.repository.commit({ 'workflows/a.json': workflowFile('a', ['more']) }, 'v1.1.0');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'failed' }]);
    // Its gates stop it before it begins.
    project.repository.commit({ 'workflows/a.json': '{"nodes": []}' }, 'v1.2.0');
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'refused' }]);
    expect(told(host)).toMatchObject([
      {
        order: { ref: first, environment: 'eu', production_environment: true, payload: { version: 'v1.0.0' } },
        states: ['in_progress', 'success'],
      },
      { order: { ref: second, payload: { version: 'v1.1.0' } }, states: ['in_progress', 'failure'] },
    ]);
    expect(await waiting(project)).toEqual([]);
    const rows = await project.sql('staging', 'select o::text as row from m3forge.outbox o');
    expect(JSON.stringify(rows)).not.toContain(canary);
  });

  test('later, in order, where it is away: the release is none the worse for it', async () => {
    const { project } = await createEstate();
    host.instead = () => ({ status: 502, body: 'away' });
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'succeeded' }]);
    expect(await waiting(project)).toMatchObject([
      { type: 'deployment.success', provider: 'github', target: 'eu', state: 'waiting' },
      { type: 'deployment.in_progress', state: 'waiting', problem: expect.stringContaining('HTTP 502') },
    ]);
    host.instead = () => undefined;
    expect(await deliver(project)).toMatchObject([
      { type: 'deployment.in_progress', outcome: 'delivered', label: expect.stringContaining('acme/workflows') },
      { type: 'deployment.success', outcome: 'delivered' },
    ]);
    expect(told(host)).toMatchObject([{ states: ['in_progress', 'success'] }]);
  });

  test('also where one of them is refused: what has ended does not begin again', async () => {
    const { project } = await createEstate();
    host.instead = ({ method, body }) =>
      method === 'POST' && (body as { state?: string }).state === 'in_progress'
        ? { status: 422, body: { message: 'not now' } }
        : undefined;
    await project.apply();
    expect(await waiting(project)).toMatchObject([{ type: 'deployment.in_progress', state: 'waiting' }]);
    host.instead = () => undefined;
    expect(await deliver(project)).toMatchObject([{ outcome: 'delivered' }]);
    expect(told(host)).toMatchObject([{ states: ['success'] }]);
  });

  test('from a machine that has the token, where this one has none', async () => {
    const { project } = await createEstate({ HOST_TOKEN: '' });
    expect((await project.apply()).sections).toMatchObject([{ outcome: 'succeeded' }]);
    expect(host.requests).toEqual([]);
    expect(await waiting(project)).toMatchObject([
      { attempts: 0, problem: expect.stringContaining('HOST_TOKEN') },
      { attempts: 0 },
    ]);
  });
});

test('a release comes to one of three states, and nothing else is told', () => {
  const sampled = { target: 'eu', environment: 'production', by: 'alice' };
  const states = eventNames.map((event) => [event, stateOfDeployment(sampleOf(event, sampled))] as const);
  expect(Object.fromEntries(states.filter(([, state]) => state !== undefined))).toEqual({
    ...{ started: 'in_progress', succeeded: 'success' },
    ...{ failed: 'failure', rolled_back: 'failure', rollback_failed: 'failure', recovered: 'failure' },
  });
  const recovered = sampleOf('recovered', sampled);
  if (recovered.event !== 'recovered') throw new Error('no recovery');
  expect(stateOfDeployment({ ...recovered, outcome: 'succeeded' })).toBe('success');
});
