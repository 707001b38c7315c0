import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { history, runGates } from '../../engine/operations/index.ts';
import { startGateway } from '../gateways/estate.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { nodeId, workflowFile } from '../support/workflows.ts';

const run = async (
  { context }: TestProject,
  more: { readonly targets?: readonly string[]; readonly ref?: string } = {},
) => {
  const told: string[] = [];
  const report = valueIn(
    await runGates(context, {
      ...{ targets: [], ref: undefined, lockTimeoutMs: 0, ...more },
      report: (target, { result }) => told.push(`${target} ${result.gate} ${result.verdict}`),
    }),
  );
  return { ...report, told };
};

const short = ({ targets }: Awaited<ReturnType<typeof run>>) =>
  targets.map(({ target, version, passed, gates }) => [
    target,
    version,
    passed,
    gates.map(({ gate, verdict }) => `${gate} ${verdict}`).join(', '),
  ]);

test('judges what each target would get, and releases nothing', async () => {
  const project = await createProject('schemas', { environments: ['development', 'production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(
    [
      '  development: { environment: development, version: latest }',
      '  production: { environment: production, version: latest, gates: { policies: [{ name: calm, expression: "environment_type != \'production\'" }] } }',
      '  follower: { environment: production, version: { from: development } }',
    ].join('\n'),
  );
  const report = await run(project);
  expect(short(report)).toEqual([
    ['development', 'v1.0.0', true, 'validation pass, references pass'],
    ['production', 'v1.0.0', false, 'validation pass, references pass, policy calm fail'],
    ['follower', null, true, ''],
  ]);
  expect(report.told).toContain('production policy calm fail');
  expect(report.problems).toMatchObject([
    {
      code: 'gate-failed',
      address: 'production',
      detail: 'The gate "policy calm" did not pass for v1.0.0: it does not hold: environment_type != \'production\'.',
    },
  ]);
  expect(valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }))).toEqual([]);
});

test('judges any commit, for any target', async () => {
  const project = await createProject('schemas', { environments: ['production'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const lost = workflowFile('a', ['read', 'judge'], {
    1: {
      method: 'GUARDRAIL',
      endpoint: 'guardrail',
      params: {},
      input_source: `$.nodes.${nodeId(7)}.output`,
      metrics: [{ type: 'length_check', name: 'x', weight: 1, threshold: 0.5, params: {} }],
      paths: [],
    },
  });
  const commit = project.repository.commit({ 'workflows/a.json': lost });
  project.configure('  production: { environment: production, version: latest }');
  const report = await run(project, { ref: 'main' });
  expect(short(report)).toMatchObject([['production', `0.0.0-dev.${commit}`, false, expect.any(String)]]);
  const references = report.targets[0]?.gates.find(({ gate }) => gate === 'references');
  expect(references).toMatchObject({
    verdict: 'fail',
    findings: [
      {
        code: 'workflow-reference-unknown',
        address: 'workflow.a',
        file: expect.stringMatching(/^workflows\/a\.json:\d+:\d+$/),
      },
    ],
  });
  expect(codesOf((await run(project)).problems)).toEqual([]);
});

test('asks the gateways what they serve, for all of the version and not only for what changes', async () => {
  const project = await createProject('schemas');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const gateway = await startGateway();
  const configure = (url: string): void =>
    project.configure(
      '  development: { environment: development, version: latest, gateways: [one], gates: { validation: { check_node_registry: true } } }',
      { top: `gateways: { one: { url: "${url}", timeout_ms: 5000 } }` },
    );
  configure(gateway.url);
  expect((await project.apply()).problems).toEqual([]);
  expect(short(await run(project))).toEqual([
    ['development', 'v1.0.0', true, 'validation pass, references pass, node_registry pass'],
  ]);
  await gateway.close();
  const without = await startGateway({ executors: ['other_executor'] });
  configure(without.url);
  const report = await run(project);
  expect(short(report)).toEqual([
    ['development', 'v1.0.0', false, 'validation pass, references pass, node_registry fail'],
  ]);
  expect(report.targets[0]?.gates.at(-1)?.findings).toMatchObject([
    { code: 'gateway-executor-missing', address: 'workflow.a', file: expect.stringContaining('workflows/a.json:') },
  ]);
  await without.close();
});

test('runs the commands of tests in the folder of the configuration, and shows what they print where they fail', async () => {
  const project = await createProject('embedded');
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  project.configure(
    '  development: { environment: development, version: latest, gates: { tests: { unit_tests: { run: "touch ran; echo the total is wrong; exit 1" } } } }',
  );
  const report = await run(project);
  expect(report.targets[0]?.gates.at(-1)).toMatchObject({ gate: 'unit_tests', output: 'the total is wrong' });
  expect(existsSync(join(project.directory, 'ran'))).toBe(true);
});
