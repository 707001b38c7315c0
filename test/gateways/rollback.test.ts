import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codesOf } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';
import { createEstate, logOf, startGateway, stepsOf } from './estate.ts';

const smokeTests = `    smoke_tests:
      - { name: extract, invoke: { workflow: invoices }, timeout_seconds: 20 }
      - { name: alive, http: { path: /status } }`;

const released = async (gateway: { readonly url: string }, more = '') => {
  const project = await createEstate({ one: { url: gateway.url } }, `${smokeTests}${more}`, 'production');
  for (const [text, tag] of [
    ['first', 'v1.0.0'],
    ['second', 'v1.1.0'],
  ] as const) {
    // Each node has an id of its own, as the studio gives it: a gateway inserts none twice.
    const file = workflowFile('invoices', [text]).replaceAll('0000-7000', `0000-7${tag.slice(1, 4).replace('.', '')}0`);
    project.repository.commit({ 'workflows/invoices.json': file }, tag);
    expect((await project.apply()).problems).toEqual([]);
  }
  project.events.splice(0);
  return project;
};

test('smoke tests at a gateway that is gone hold up no rollback, and say against no version that it is bad', async () => {
  const gateway = await startGateway({ plannerApi: 'query' });
  const project = await released(gateway);
  await gateway.close();

  const report = await project.rollback('t');
  expect(report.problems).toEqual([]);
  expect(report.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(stepsOf(project)).toContain('verify: 0 smoke tests passed, 2 left out, 1 warning about gateways');
  expect(logOf(project).join('\n')).toMatch(
    /"extract at one": failed because of the gateway, which holds up no rollback: .*ECONNREFUSED/,
  );
  const avoided = await project.sql('production', 'select version from m3forge.avoid');
  expect(avoided).toEqual([{ version: 'v1.1.0' }]);
});

test('a definition that ran before, as the one gone back to always did, holds up none in production', async () => {
  await using gateway = await startGateway({ plannerApi: 'query' });
  const project = await released(gateway);

  const report = await project.rollback('t');
  expect(report.problems).toEqual([]);
  expect(report.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(stepsOf(project)).toContain('verify: 1 smoke test passed, 1 unattributed, 1 executor serving on 1 gateway');
  expect(JSON.stringify(gateway.planners.get('invoices'))).toContain('first');
});

test('what fails and is about no gateway leads back as ever', async () => {
  const gateway = await startGateway({ plannerApi: 'query' });
  const project = await released(gateway, "\n      - { name: ours, run: 'test ! -e is-bad' }");
  await gateway.close();
  writeFileSync(join(project.directory, 'is-bad'), '');

  const report = await project.rollback('t');
  expect(codesOf(report.problems)).toEqual(['release-failed', 'smoke-test-failed', 'gateway-left-behind']);
  expect(report.problems[1]?.detail).toContain('"ours"');
  expect(report.sections).toMatchObject([{ active: 'v1.1.0' }]);
});
