import { describe, expect, test } from 'vitest';
import type { Simulator } from '../../examples/gateway-simulator/simulator.ts';
import { serve } from '../http/loopback.ts';
import { codesOf } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, logOf, startGateway, stepsOf } from './estate.ts';

const file = (text = 'read'): Record<string, string> => ({
  'workflows/invoices.json': workflowFile('invoices', [text]),
});
const invocation = '    smoke_tests: [{ name: extract, invoke: { workflow: invoices }, timeout_seconds: 20 }]';

describe('a release is refused before it begins', () => {
  test('where an executor does not serve; the plan says so first, with the node and its line', async () => {
    await using gateway = await startGateway({ executors: [] });
    const project = await createEstate({ one: { url: gateway.url } });
    project.repository.commit(file(), 'v1.0.0');
    const { sections } = await project.plan();
    expect(sections[0]?.preflight?.[0]?.findings).toMatchObject([
      {
        severity: 'error',
        code: 'gateway-executor-missing',
        address: 'workflow.invoices',
        file: 'workflows/invoices.json:16:23',
      },
    ]);
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'refused', releaseId: null, active: null }]);
    expect(codesOf(report.problems)).toEqual(['preflight-failed', 'gateway-executor-missing']);
    gateway.deployments.set('extract_executor', 'SERVING');
    expect((await project.apply()).problems).toEqual([]);
    expect((await project.plan()).sections[0]?.preflight).toBeUndefined();
  });

  test('where a method would fail only once somebody submits; the plan names the node and its line', async () => {
    await using gateway = await startGateway();
    const project = await createEstate({ one: { url: gateway.url } });
    const asking = { method: 'HITL_APPROVAL', endpoint: 'hitl', title: 'Is it right?' };
    project.repository.commit(
      { 'workflows/invoices.json': workflowFile('invoices', ['read', 'ask'], { 1: asking }) },
      'v1.0.0',
    );
    const { sections } = await project.plan();
    expect(sections[0]?.preflight?.[0]?.findings).toMatchObject([
      {
        severity: 'error',
        code: 'gateway-method-unsupported',
        detail: expect.stringContaining('node "1: ask"'),
        address: 'workflow.invoices',
        file: 'workflows/invoices.json:31:21',
      },
    ]);
    const report = await project.apply();
    expect(report.sections).toMatchObject([{ outcome: 'refused', releaseId: null, active: null }]);
    expect(codesOf(report.problems)).toEqual(['preflight-failed', 'gateway-method-unsupported']);
    expect(report.problems[1]?.range?.start).toMatchObject({ line: 31, column: 21 });
  });

  test('where gateways differ in version, and one of them is silent about it', async () => {
    await using one = await startGateway();
    await using two = await startGateway({ version: '4.0.1' });
    await using page = await serve((_, response) => response.end('<html>'));
    const urls = { one: { url: one.url }, two: { url: two.url }, page: { url: `http://127.0.0.1:${page.port}` } };
    const project = await createEstate(urls);
    project.repository.commit(file(), 'v1.0.0');
    const { problems } = await project.apply();
    expect(codesOf(problems)).toEqual(['preflight-failed', 'gateway-answer-invalid', 'gateway-versions-differ']);
  });
});

test('a missing token is found before the release that its smoke test would take back', async () => {
  await using gateway = await startGateway();
  const project = await createEstate({ three: { url: gateway.url } }, invocation);
  project.repository.commit(file(), 'v1.0.0');
  const { problems } = await project.apply();
  expect(codesOf(problems)).toEqual(['preflight-failed', 'gateway-token-missing']);
  expect(problems[1]?.hint).toContain('GATEWAY_TOKEN_<ID>');
});

test('a smoke test of a workflow that the version does not have is found before it would take a release back', async () => {
  await using gateway = await startGateway();
  const project = await createEstate({ one: { url: gateway.url } }, invocation.replace('invoices', 'invoces'));
  project.repository.commit(file(), 'v1.0.0');
  const { problems, sections } = await project.apply();
  expect(codesOf(problems)).toEqual(['config-smoke-test']);
  expect(problems[0]?.detail).toContain('"invoces", which v1.0.0 does not have');
  expect(sections).toMatchObject([{ outcome: 'refused', active: null }]);
});

test('a former version need not have the workflow of a smoke test', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  const project = await createEstate({ one: { url: gateway.url } });
  project.repository.commit({ 'workflows/other.json': workflowFile('other') }, 'v1.0.0');
  await project.apply();
  project.repository.commit(file(), 'v1.1.0');
  await project.apply();
  project.configure(`  t:
    environment: development
    version: latest
    gateways: [{ id: one, url: "${gateway.url}" }]
${invocation}`);
  expect((await project.rollback('t')).sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(logOf(project)).toContain('Smoke test "extract" skipped: v1.0.0 has no "invoices"');
  expect(stepsOf(project)).toContain('verify: 0 smoke tests passed, 1 skipped, 1 executor serving on 1 gateway');
});

test('a rollback is not held up by a gateway that is gone, and says what it could not do', async () => {
  const gateway = await startGateway({ plannerApi: 'query' });
  const project = await createEstate({ one: { url: gateway.url } });
  project.repository.commit(file('first'), 'v1.0.0');
  await project.apply();
  project.repository.commit(file('second'), 'v1.1.0');
  await project.apply();
  await gateway.close();
  const report = await project.rollback('t');
  expect(report.problems).toEqual([]);
  expect(report.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(stepsOf(project)).toContain('gateways: 1 gateway left behind');
  expect(logOf(project).join('\n')).toMatch(
    /v1\.0\.0 is active in the place, and a gateway did not follow: .*ECONNREFUSED/,
  );
  expect((await project.plan()).sections[0]).toMatchObject({ to: { version: 'v1.0.0' }, changes: [] });
});

test('a gateway that does not follow on the way back is said with how the release ended', async () => {
  // It takes the new planner, and is gone when it is asked for the first job of it.
  const gateway: Simulator = await startGateway({
    plannerApi: 'query',
    onRequest: (line) => {
      if (line.includes('/api/jobsXX/')) void gateway.close();
    },
  });
  const project = await createEstate({ one: { url: gateway.url } }, invocation);
  project.repository.commit(file(), 'v1.0.0');
  const { problems } = await project.apply();
  expect(codesOf(problems)).toEqual(['release-failed', 'smoke-test-failed', 'gateway-left-behind']);
  expect(problems[2]).toMatchObject({ severity: 'warning', address: 'gateway.one' });
});

describe('an invocation of which nobody can say which version answered', () => {
  const attempt = async (environment: 'development' | 'production', accept: string) => {
    await using gateway = await startGateway();
    gateway.planners.registerCode('invoices', JSON.parse(workflowFile('invoices')).planDefinition);
    const project = await createEstate({ one: { url: gateway.url } }, `${invocation}${accept}`, environment);
    project.repository.commit(file(), 'v1.0.0');
    const { problems } = await project.apply();
    return { codes: codesOf(problems), log: logOf(project).join('\n') };
  };
  const accepted = '\n    deployment: { accept_unattributed: true }';

  test.each([
    ['passes in development, and is shown as what it is', 'development', '', []],
    ['counts as failed in production', 'production', '', ['release-failed', 'smoke-test-unattributed']],
    ['passes there where that is accepted', 'production', accepted, []],
  ] as const)('%s', async (_, environment, accept, codes) => {
    const ended = await attempt(environment, accept);
    expect(ended.codes).toEqual(codes);
    expect(ended.log).toContain('unattributed: run');
    expect(ended.log).toContain('does not show which definition its planner has');
  });
});

test('a smoke test that nobody was asked for does not pass in production', async () => {
  await using gateway = await startGateway();
  const project = await createEstate({ one: { url: gateway.url, more: 'weight: 0' } }, invocation, 'production');
  project.repository.commit(file(), 'v1.0.0');
  const { problems } = await project.apply();
  expect(codesOf(problems)).toEqual(['release-failed', 'smoke-test-unattributed']);
  expect(problems[1]?.detail).toContain('every gateway is drained');
});

describe('an invocation fails', () => {
  test('where the gateway has no such planner, as a stock one that nobody told', async () => {
    await using gateway = await startGateway();
    const project = await createEstate({ one: { url: gateway.url } }, invocation);
    project.repository.commit(file(), 'v1.0.0');
    const { problems } = await project.apply();
    expect(codesOf(problems)).toEqual(['release-failed', 'smoke-test-failed']);
    expect(problems[1]?.detail).toContain('the gateway has no planner "invoices"');
  });

  test('where the gateway holds another definition, which is nobody of ours to replace', async () => {
    await using gateway = await startGateway({ plannerApi: 'query' });
    const other = JSON.parse(workflowFile('invoices', ['somebody else'])).planDefinition;
    gateway.planners.register({ name: 'invoices' }, other);
    const project = await createEstate({ one: { url: gateway.url } }, invocation);
    project.repository.commit(file(), 'v1.0.0');
    const { problems } = await project.apply();
    expect(problems[1]?.detail).toContain('the gateway holds another definition than v1.0.0');
    expect(logOf(project).join('\n')).toContain('that m3forge did not put there; it stays as it is');
    expect(gateway.planners.get('invoices')?.plan_definition).toEqual(other);
  });
});
