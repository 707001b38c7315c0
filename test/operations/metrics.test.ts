import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type MetricsReport, type MetricsRequest, metrics } from '../../engine/operations/index.ts';
import { codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

const ask = ({ context }: TestProject, request: Partial<MetricsRequest> = {}) =>
  metrics(context, { targets: [], lockTimeoutMs: 0, ...request });

/** What is warned of, beside the passwords that stand in the configurations of tests. */
const warningsIn = ({ diagnostics }: Awaited<ReturnType<typeof ask>>) =>
  diagnostics.filter(({ code }) => code !== 'config-literal-password');

const measured = async (project: TestProject, request: Partial<MetricsRequest> = {}): Promise<MetricsReport> =>
  valueIn(await ask(project, request));

const targets = `  development: { environment: development, version: latest }
  production: { environment: production, version: latest, smoke_tests: [{ name: not two, run: "test $M3FORGE_VERSION != v1.2.0" }] }`;

/** To production: two releases that succeed, one that goes back by itself, and a rollback by hand of the second. */
const createHistory = async (arrangement: 'embedded' | 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['development', 'production'] });
  project.configure(targets);
  for (const version of ['v1.0.0', 'v1.1.0', 'v1.2.0']) {
    project.repository.commit({ 'workflows/a.json': workflowFile('a', [version]) }, version);
  }
  await project.apply(['development'], 'v1.0.0');
  for (const version of ['v1.0.0', 'v1.1.0', 'v1.2.0']) await project.apply(['production'], version);
  await project.rollback('production');
  return project;
};

describe.each(['embedded', 'schemas'] as const)(
  'releases, a failed one and a rollback by hand on %s',
  (arrangement) => {
    let project: TestProject;
    beforeAll(async () => {
      project = await createHistory(arrangement);
    });

    test('are measured', async () => {
      const { period, targets: asked, environment, metrics: figures } = await measured(project);
      expect({ asked, environment, isDefault: period.is_default }).toEqual({
        ...{ asked: null, environment: null, isDefault: true },
      });
      expect(Date.parse(period.end) - Date.parse(period.start)).toBe(30 * 24 * 60 * 60_000);
      expect(figures.success_rate).toMatchObject({ attempts: 4, succeeded: 3, rolled_back: 1, met: false });
      expect(figures.rollback_rate).toMatchObject({ releases: 4, by_itself: 1, by_hand: 1, rollback_ratio: 0.5 });
      expect(figures.time_to_publish).toMatchObject({ releases: 3, met: true, mean_ms: expect.any(Number) });
      expect(figures.approval_wait).toMatchObject({
        mean_ms: null,
        met: null,
        reason: 'no release asked for approvals',
      });
      expect(figures.versions.count).toBe(3);
      expect(figures.deployments).toMatchObject({ count: 3, rollbacks: 1, restores: 0 });
    });

    test('have a lead time from the commit in Git to production', async () => {
      const { lead_time: lead } = (await measured(project)).metrics;
      expect(lead).toMatchObject({ versions: 2, left_out: { commit_unknown: 0, committed_later: 0 }, reason: null });
      // Commits of tests are made on 1 January 2026.
      expect(lead.mean_ms).toBeGreaterThan(0);
      expect(lead.median_ms).toBeLessThan(Date.now() - Date.UTC(2026, 0, 1));
    });

    test('are chosen by target and by environment', async () => {
      const development = await measured(project, { targets: ['development', 'development'] });
      expect(development.targets).toEqual(['development']);
      expect(development.metrics.success_rate).toMatchObject({ attempts: 1, succeeded: 1, met: true });
      expect(development.metrics.lead_time.mean_ms).toBeNull();
      expect(development.metrics.versions.count).toBe(1);
      const production = await measured(project, { environment: 'production' });
      expect(production.environment).toBe('production');
      expect(production.metrics.success_rate.attempts).toBe(3);
      expect((await measured(project, { targets: ['production'] })).metrics).toEqual(production.metrics);
    });

    test('are not in a period in which none ended', async () => {
      const { metrics: figures, period } = await measured(project, { end: '2026-01-31T00:00:00.000Z' });
      expect(period).toEqual({
        ...{ start: '2026-01-01T00:00:00.000Z', end: '2026-01-31T00:00:00.000Z', is_default: false },
      });
      expect(figures.success_rate).toMatchObject({ success_ratio: null, reason: 'no release ended in the period' });
      expect(figures.deployments.count).toBe(0);
    });

    test('are refused where what is asked for is not there, or leaves nothing', async () => {
      const refused = async (request: Partial<MetricsRequest>) => codesOf((await ask(project, request)).diagnostics);
      expect(await refused({ targets: ['producton'] })).toEqual(['target-unknown']);
      expect(await refused({ environment: 'qa' })).toEqual(['environment-unknown']);
      expect(await refused({ targets: ['development'], environment: 'production' })).toEqual(['usage-flags-conflict']);
      const [start, end] = ['2026-03-02T00:00:00.000Z', '2026-03-01T00:00:00.000Z'];
      expect(await refused({ start, end })).toEqual(['usage-flags-conflict']);
      expect(await refused({ start: '9999-01-01T00:00:00.000Z' })).toEqual(['usage-flags-conflict']);
      expect(await refused({ end: '0000-01-01T00:00:00.000Z' })).toEqual(['usage-flags-conflict']);
    });

    test('lose a commit that Git has no more, which is counted, and nothing else', async () => {
      const { git } = project.repository;
      const commit = git(['rev-parse', 'v1.1.0']);
      git(['tag', '-d', 'v1.1.0', 'v1.2.0']);
      git(['update-ref', 'refs/heads/main', 'v1.0.0']);
      git(['reflog', 'expire', '--expire=now', '--all']);
      git(['prune', '--expire=now']);
      expect(() => git(['cat-file', '-e', commit])).toThrow();
      const outcome = await ask(project);
      expect(warningsIn(outcome)).toEqual([]);
      expect(valueIn(outcome).metrics.lead_time).toMatchObject({ versions: 1, left_out: { commit_unknown: 1 } });
      expect(valueIn(outcome).metrics.success_rate.attempts).toBe(4);
    });

    test('have only no lead time where the source cannot be read, and a warning says why', async () => {
      rmSync(join(project.directory, 'repository'), { recursive: true });
      const outcome = await ask(project);
      expect(warningsIn(outcome)).toMatchObject([{ severity: 'warning', code: 'source-missing' }]);
      expect(valueIn(outcome).metrics.lead_time).toMatchObject({
        ...{ versions: 0, mean_ms: null, left_out: { commit_unknown: 2 } },
        reason: 'nobody can say when what reached production was committed',
      });
      expect(valueIn(outcome).metrics.success_rate.attempts).toBe(4);
      // Where nothing reached production, nobody asks for it.
      expect(warningsIn(await ask(project, { targets: ['development'] }))).toEqual([]);
    });
  },
);
