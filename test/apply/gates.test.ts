import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { history, showRelease } from '../../engine/operations/index.ts';
import { auditOf } from '../support/audit.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const targetWith = (gates: string, more = ''): string =>
  `  development:\n    environment: development\n    version: latest${more}\n    gates:\n${gates.replaceAll(/^/gm, '      ')}`;

const lastRelease = async ({ context }: TestProject) => {
  const [newest] = valueIn(await history(context, { targets: [], lockTimeoutMs: 0 }));
  return valueIn(await showRelease(context, { id: newest?.id ?? '', lockTimeoutMs: 0 }));
};

const verdicts = async (project: TestProject): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries((await lastRelease(project)).gates.map(({ gate, verdict }) => [gate, verdict]));

const started = async (arrangement: 'embedded' | 'schemas', environments = ['development']): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  return project;
};

describe.each(['embedded', 'schemas'] as const)('gates of a release (%s)', (arrangement) => {
  test('are judged before anything is written, and recorded with their evidence', async () => {
    const project = await started(arrangement);
    const others = 'security: { enabled: true }\ntests: { unit_tests: { run: "echo ok 1 - a; echo 1..1" } }';
    const policy = (onFailure: string) => `policies: [{ name: never, expression: "false", on_failure: ${onFailure} }]`;
    project.configure(targetWith(`${others}\n${policy('deny')}`));
    const [section] = (await project.plan()).sections;
    expect(section?.gates).toEqual(['validation', 'secrets', 'policy never', 'unit_tests']);
    const refused = await project.apply();
    expect(codesOf(refused.problems)).toEqual(['gate-failed']);
    expect(refused.sections).toMatchObject([{ outcome: 'refused' }]);
    expect((await lastRelease(project)).release).toMatchObject({
      state: 'failed',
      started_at: null,
      failure: { step: 'gates', code: 'gate-failed' },
    });
    expect(await verdicts(project)).toMatchObject({ 'policy never': 'fail', secrets: 'pass', unit_tests: 'skipped' });
    expect(await auditOf(project, { action: 'release.refused' })).toMatchObject([
      { environment: 'development', detail: { code: 'gate-failed', target: 'development' } },
    ]);
    expect((await project.plan()).sections).toMatchObject([{ from: { version: null } }]);

    project.configure(targetWith(`${others}\n${policy('warn')}`));
    expect((await project.apply()).problems).toEqual([]);
    const { gates } = await lastRelease(project);
    const [line] = valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }));
    expect(line?.gates).toEqual(
      gates.map(({ gate, verdict, durationMs }) => ({ gate, verdict, duration_ms: durationMs })),
    );
    expect(gates.map(({ gate, verdict, evidence }) => [gate, verdict, evidence.summary])).toEqual([
      ['policy never', 'warn', 'it does not hold: false'],
      ['references', 'pass', 'every reference to a node leads to one'],
      ['secrets', 'pass', '1 artifact searched'],
      ['unit_tests', 'warn', '1 of 1 test passed; the working tree holds other artifacts than v1.0.0'],
      ['validation', 'pass', '0 errors, 0 warnings'],
    ]);
    // What was searched and runs is not searched again.
    project.repository.commit(
      { 'workflows/a.json': workflowFile('a'), 'workflows/b.json': workflowFile('b') },
      'v1.1.0',
    );
    expect((await project.apply()).problems).toEqual([]);
    expect((await lastRelease(project)).gates.find(({ gate }) => gate === 'secrets')?.evidence).toMatchObject({
      scope: 'changed',
      searched: 1,
    });
  });

  test('on how a version answers look at the smoke tests that it went through elsewhere', async () => {
    const project = await createProject(arrangement, { environments: ['development', 'staging'] });
    project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
    const server = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { readonly port: number };
    const smoke = `smoke_tests: [{ name: up, http: { url: "http://127.0.0.1:${port}/" } }, { name: shell, run: "true" }]`;
    project.configure(
      [
        `  development: { environment: development, version: latest, ${smoke} }`,
        '  staging: { environment: staging, version: latest, gates: { tests: { performance_tests: { max_error_rate: 0, max_p95_latency_ms: 60000 } } } }',
      ].join('\n'),
    );
    try {
      expect(codesOf((await project.apply(['staging'])).problems)).toEqual(['gate-failed']);
      expect((await lastRelease(project)).gates).toContainEqual(
        expect.objectContaining({
          gate: 'performance_tests',
          evidence: expect.objectContaining({
            summary: '0 runs measured, at least 1 needed; v1.0.0 ran no smoke test anywhere',
          }),
        }),
      );
      expect((await project.apply(['development'])).problems).toEqual([]);
      expect((await lastRelease(project)).smoke_runs).toMatchObject([
        { test: 'up', kind: 'http', verdict: 'passed' },
        { test: 'shell', kind: 'run', verdict: 'passed' },
      ]);
      expect((await project.apply(['staging'])).problems).toEqual([]);
      expect((await lastRelease(project)).gates).toContainEqual(
        expect.objectContaining({
          gate: 'performance_tests',
          evidence: expect.objectContaining({ runs: 1, targets: ['development'], error_rate: 0 }),
        }),
      );
    } finally {
      server.close();
    }
  });
});

test('gates that are taken out of the file, or loosened, hold until that is recorded', async () => {
  const project = await started('schemas', ['staging']);
  const staging = (gates: string): void => project.configure(targetWith(gates).replaceAll('development', 'staging'));
  const marker = join(project.directory, 'let-it-pass');
  writeFileSync(marker, '');
  staging(
    'tests: { unit_tests: { run: "test -e let-it-pass" } }\npolicies: [{ name: p, expression: "plan.changes.size() < 9" }]',
  );
  expect((await project.apply()).problems).toEqual([]);

  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', 'better']) }, 'v1.1.0');
  staging('tests: { unit_tests: { run: "true" } }');
  const [section] = (await project.plan()).sections;
  expect(section).toMatchObject({
    held: ['gates.policies.p removed', 'gates.tests.unit_tests.run changed'],
    gates: ['validation', 'policy p', 'unit_tests', 'unit_tests (as recorded)'],
  });
  expect(section?.configuration_changes).toMatchObject([
    { address: 'target.staging', loosens: ['gates.tests.unit_tests.run changed', 'gates.policies.p removed'] },
  ]);
  rmSync(marker);
  expect(codesOf((await project.apply()).problems)).toEqual(['gate-failed']);
  expect(await verdicts(project)).toMatchObject({ unit_tests: 'warn', 'unit_tests (as recorded)': 'fail' });
  writeFileSync(marker, '');
  expect((await project.apply()).problems).toEqual([]);
  // From here on the file's own rules hold.
  project.repository.commit({ 'workflows/a.json': workflowFile('a', ['read', 'best']) }, 'v1.2.0');
  rmSync(marker);
  expect((await project.plan()).sections).toMatchObject([{ held: [], gates: ['validation', 'unit_tests'] }]);
  expect((await project.apply()).problems).toEqual([]);
});
