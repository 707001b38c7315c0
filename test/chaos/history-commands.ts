import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type fc from 'fast-check';
import { expect, inject } from 'vitest';
import { createBackup, listAllBackups, prune, recover, restoreBackup } from '../../engine/operations/index.ts';
import type { FailpointName } from '../../engine/system/index.ts';
import { Secret } from '../../engine/values/index.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { checkAtRest } from './invariants.ts';
import { observe } from './observe.ts';

/** What a place should be like by the commands that were given: the whole specification in a few fields. */
export interface Model {
  active: string;
  readonly avoided: Set<string>;
  /** A body was changed by hand, and nothing has healed it yet. */
  drifted: boolean;
  /** A release was killed, and nothing has recovered it yet. */
  crashed: boolean;
}

/** The real thing, and what consumers see of each version. */
export interface Real {
  readonly project: TestProject;
  readonly views: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

type Command = fc.AsyncCommand<Model, Real>;

const environment = 'production';
const manner = { lockTimeoutMs: 0, confirm: () => Promise.resolve(true), report: () => undefined };

/** What holds after every command, whatever it was. */
const expectInOrder = async (model: Model, { project, views }: Real): Promise<void> => {
  if (model.crashed) return;
  const [row] = await project.sql<{ name: string }>(environment, 'select current_database() as name');
  const url = new Secret(`${inject('serverUrl')}/${row?.name}`);
  const observation = await observe({ kind: 'server', url });
  expect(observation.releases.findLast(({ state }) => state === 'succeeded')?.version).toBe(model.active);
  const found = checkAtRest('at rest', observation);
  expect(model.drifted ? found.filter(({ invariant }) => invariant !== 'I12') : found).toEqual([]);
  expect(await project.view(environment)).toEqual(views.get(model.active));
};

const command = (
  line: string,
  run: (model: Model, real: Real) => Promise<void>,
  check: (model: Readonly<Model>) => boolean = () => true,
): Command => ({
  check,
  run: async (model, real) => {
    await run(model, real);
    await expectInOrder(model, real);
  },
  toString: () => line,
});

/** A version whose smoke test fails. */
export const failingVersion = 'v1.2.0';

/** Whatever a dead process left is ended first; it had never been acknowledged, so what was active before is active. */
const applied = async (model: Model, { project }: Real, version: string): Promise<void> => {
  const report = await project.apply([], version);
  const idle = model.active === version && !model.drifted && !model.crashed;
  if (idle) {
    expect(report.sections).toMatchObject([{ outcome: 'unchanged' }]);
  } else if (model.avoided.has(version)) {
    expect(codesOf(report.problems)).toContain('release-blocked');
    return;
  } else if (version === failingVersion) {
    expect(codesOf(report.problems)).toContain('smoke-test-failed');
    model.avoided.add(version);
  } else {
    expect(report.problems).toEqual([]);
    model.active = version;
  }
  model.drifted = false;
  model.crashed = false;
};

export const applyCommand = (version: string): Command =>
  command(`m3forge apply --version ${version} --yes`, (model, real) => applied(model, real, version));

export const rollbackCommand = (): Command =>
  command('m3forge rollback --target production --yes', async (model, { project }) => {
    const left = model.active;
    const report = await project.rollback('production').catch((error: unknown) => String(error));
    if (typeof report === 'string') {
      // There is nothing to go back to; nothing was touched.
      expect(report).toMatch(/rollback-|release-blocked|drift-in-the-way/);
      return;
    }
    const [section] = report.sections;
    if (section?.outcome !== 'succeeded') {
      expect(section?.outcome).toBe('refused');
      return;
    }
    expect(section.active).not.toBe(left);
    model.active = section.active ?? '';
    model.avoided.add(left);
    model.drifted = false;
    model.crashed = false;
  });

export const driftCommand = (): Command =>
  command(
    `psql -c "update artifact set body = body || ' ' …"`,
    async (model, { project }) => {
      await project.script(
        environment,
        `update :place.artifact a set body = convert_to(jsonb_set(convert_from(a.body, 'UTF8')::jsonb, '{tags}', '["by hand"]')::text, 'UTF8')
         from :place.artifact_version v, :place.place p where v.digest = a.digest and v.name = 'alpha' and v.to_seq is null and v.from_seq <= p.active`,
      );
      model.drifted = true;
    },
    (model) => !model.crashed,
  );

/** Kills a real process at a point before its release can have been acknowledged. */
export const crashCommand = (version: string, point: FailpointName): Command =>
  command(
    `M3FORGE_FAILPOINTS=${point}=kill9 m3forge apply --version ${version} --yes`,
    async (model, { project }) => {
      const main = join(import.meta.dirname, '../../dist/main.js');
      const args = [main, 'apply', '--target', 'production', '--version', version, '--yes'];
      const env = { PATH: process.env.PATH, HOME: project.directory, M3FORGE_FAILPOINTS: `${point}=kill9` };
      const { signal } = spawnSync(process.execPath, args, { cwd: project.directory, env });
      expect(signal).toBe('SIGKILL');
      model.crashed = true;
    },
    ({ active, avoided, crashed, drifted }) =>
      version !== active && !avoided.has(version) && !crashed && !drifted && version !== failingVersion,
  );

export const recoverCommand = (): Command =>
  command('m3forge recover', async (model, { project }) => {
    valueIn(await recover(project.context, { targets: [], lockTimeoutMs: 0, report: () => undefined }));
    model.crashed = false;
  });

export const backupCommand = (): Command =>
  command(
    'm3forge backup create --target production',
    async (_model, { project }) => {
      valueIn(await createBackup(project.context, { target: 'production', lockTimeoutMs: 0 }));
    },
    ({ crashed, drifted }) => !crashed && !drifted,
  );

export const restoreCommand = (nth: number): Command =>
  command(
    `m3forge backup restore <the ${nth}th> --target production --yes`,
    async (model, { project }) => {
      const backups = valueIn(await listAllBackups(project.context, { target: undefined, lockTimeoutMs: 0 }));
      const backup = backups[nth % Math.max(backups.length, 1)];
      if (!backup?.version) return;
      const request = { ...manner, id: backup.id, target: 'production', reason: 'history' };
      const outcome = await restoreBackup(project.context, request);
      // One that was taken while a body was changed by hand lacks what nobody knew any more, and says so.
      if (codesOf(outcome.diagnostics).includes('backup-incomplete')) return;
      const report = valueIn(outcome);
      if (report.sections.some(({ outcome }) => outcome === 'refused')) return;
      expect(report.problems).toEqual([]);
      model.active = backup.version;
      model.drifted = false;
    },
    ({ crashed }) => !crashed,
  );

export const pruneCommand = (): Command =>
  command(
    'm3forge backup prune --target production',
    async (_model, { project }) => {
      valueIn(await prune(project.context, { target: 'production', lockTimeoutMs: 0 }));
    },
    ({ crashed }) => !crashed,
  );
