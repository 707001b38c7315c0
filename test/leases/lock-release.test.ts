import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { apply, listLocks, releaseLock } from '../../engine/operations/index.ts';
import type { FailpointName } from '../../engine/system/index.ts';
import { type Arrangement, codesOf, createProject, type TestProject, valueIn } from '../support/project.ts';
import { workflowFile } from '../support/workflows.ts';

/** A project with a release that stops at a fail point until the test lets it go on. */
const held = async (arrangement: Arrangement, point: FailpointName, pid?: number) => {
  const project = await createProject(arrangement);
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  const reached = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const failpoints = async (name: string): Promise<void> => {
    if (name !== point) return;
    reached.resolve();
    await goOn.promise;
  };
  const { system } = project.context;
  const self = { ...system.processes.self, ...(pid !== undefined && { pid }) };
  const holding = {
    ...project.context,
    actor: 'stuck',
    system: { ...system, failpoints, processes: { ...system.processes, self } },
  };
  const running = apply(holding, {
    ...{ targets: [], reason: null, lockTimeoutMs: 0 },
    confirm: () => Promise.resolve(true),
    report: () => undefined,
  });
  await reached.promise;
  return { project, running, goOn: () => goOn.resolve(), id: await leaseOf(project) };
};

const leaseOf = async (project: TestProject): Promise<string> => {
  const [lease] = valueIn(await listLocks(project.context, { lockTimeoutMs: 0 }));
  if (!lease) throw new Error('nobody holds a lease');
  return lease.id;
};

const release = (project: TestProject, id: string, force = false, reason: string | null = null) =>
  releaseLock(project.context, { id, force, reason, lockTimeoutMs: 0 });

const audited = async (project: TestProject): Promise<readonly object[]> =>
  project.sql('development', `select actor, detail from m3forge.audit where event = 'lease.released'`);

test('the lease of a holder at work is not given away without force', async () => {
  const { project, running, goOn, id } = await held('schemas', 'after-intent');
  const refused = await release(project, id);
  expect(refused).toMatchObject({
    ok: false,
    diagnostics: [{ code: 'lease-alive', hint: expect.stringContaining('--force') }],
  });
  // Nor where it is not heard of, as long as its process runs on this host.
  await project.sql('development', `update m3forge.place set lease_heartbeat = now() - interval '1 hour'`);
  expect(codesOf((await release(project, id)).diagnostics)).toEqual(['lease-alive']);
  await project.sql('development', 'update m3forge.place set lease_heartbeat = now()');
  expect(await audited(project)).toEqual([]);
  goOn();
  expect(valueIn(await running).problems).toEqual([]);
});

test.each([
  ['after-lease', 'schemas'],
  ['after-intent', 'schemas'],
  ['activate-before-commit', 'databases'],
  ['write-before-commit', 'databases'],
] as const)('a holder that is put out at %s writes nothing more (%s)', async (point, arrangement) => {
  const { project, running, goOn, id } = await held(arrangement, point);
  const released = valueIn(await release(project, id.slice(0, 8), true, 'it hangs'));
  expect(released).toMatchObject({ released: { id, holder: 'stuck', condition: 'fresh' }, forced: true });
  goOn();
  const ended = await running;
  const problems = ended.ok ? ended.value.problems : ended.diagnostics;
  expect(problems).not.toEqual([]);
  const [place] = await project
    .sql<{ fence: number; active: number }>(
      'development',
      `select coalesce(max(fence), 0)::int as fence, coalesce(max(active), 0)::int as active from :place.place`,
    )
    .catch(() => [{ fence: 0, active: 0 }]);
  expect(place?.active).toBe(0);
  // What it left is ended by the next one, which is not in anybody's way.
  expect((await project.apply()).sections).toMatchObject([{ active: 'v1.0.0' }]);
  expect(valueIn(await listLocks(project.context, { lockTimeoutMs: 0 }))).toEqual([]);
});

test('what was done is in the audit trail, with who, why, and what was known of the holder', async () => {
  const { project, running, goOn, id } = await held('schemas', 'after-intent');
  valueIn(await release(project, id, true, 'the runner hangs'));
  goOn();
  await running;
  const { self } = project.context.system.processes;
  expect(await audited(project)).toEqual([
    {
      actor: 'tester',
      detail: {
        ...{ lease_id: id, holder: 'stuck', operation: 'release v1.0.0 to development', ci_run: null },
        ...{ host: self.host, pid: self.pid, condition: 'fresh', forced: true, reason: 'the runner hangs' },
      },
    },
  ]);
});

test('the lease of a dead process is given away without force, and a second time it is not there', async () => {
  const { project, running, goOn, id } = await held('schemas', 'after-intent', spawnSync('true').pid);
  expect(valueIn(await release(project, id))).toMatchObject({ released: { condition: 'ended' }, forced: false });
  expect(await release(project, id)).toMatchObject({
    diagnostics: [{ code: 'lease-unknown', hint: expect.stringContaining('m3forge lock list') }],
  });
  goOn();
  await running;
  expect(await audited(project)).toMatchObject([{ detail: { forced: false, condition: 'ended', reason: null } }]);
});

test('an id must fit one lease', async () => {
  const project = await createProject('schemas', { environments: ['development', 'staging'] });
  project.repository.commit({ 'workflows/a.json': workflowFile('a') }, 'v1.0.0');
  await project.apply(['development']);
  await project.apply(['staging']);
  const { system } = project.context;
  await project.sql(
    'development',
    `update m3forge.place set lease_id = ('12345678-0000-4000-8000-00000000000' || length(environment) % 10)::uuid,
       lease_holder = 'x', lease_operation = 'x', lease_host = 'elsewhere', lease_pid = 1, lease_boot_id = 'x',
       lease_backend = 1, lease_since = now(), lease_heartbeat = now()`,
  );
  expect(codesOf((await release(project, '12345678')).diagnostics)).toEqual(['lease-ambiguous']);
  for (const id of [system.ids.uuid(), '1234', "'; drop", '']) {
    expect(codesOf((await release(project, id)).diagnostics)).toEqual(['lease-unknown']);
  }
});
