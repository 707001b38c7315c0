import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Diagnostic } from '../../engine/diagnostics/index.ts';
import { apply, createBackup, history, prune, restoreBackup, verifyBackups } from '../../engine/operations/index.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { backupsOf, configureBucket, createBucketProject, packsIn } from '../support/s3-project.ts';
import { type S3Server, startS3Server } from '../support/s3-server.ts';
import { workflowFile } from '../support/workflows.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.interfere = () => false;
});

const waiting = { lockTimeoutMs: 0 };

const commit = (project: TestProject, version: string): unknown =>
  project.repository.commit(
    { 'workflows/a.json': workflowFile('a', [version]), 'workflows/b.json': workflowFile('b') },
    version,
  );

const release = async (project: TestProject, ...versions: readonly string[]): Promise<void> => {
  for (const version of versions) {
    commit(project, version);
    expect((await project.apply([], version)).problems).toEqual([]);
  }
};

const manner = { reason: null, ...waiting, confirm: () => Promise.resolve(true), report: () => undefined };

const restore = ({ context }: TestProject, id: string) =>
  restoreBackup(context, { ...manner, id, target: 'development' });

/** What an apply of everything complains about. */
const refused = async ({ context }: TestProject): Promise<readonly Diagnostic[]> => {
  const outcome = await apply(context, { ...manner, targets: [] });
  return outcome.ok ? outcome.value.problems : outcome.diagnostics;
};

const bodiesOf = (project: TestProject) =>
  project.sql<{ name: string; body: string }>(
    'development',
    `select v.kind || '.' || v.name as name, encode(a.body, 'hex') as body
     from :place.artifact_version v join :place.artifact a using (digest)
     where v.from_seq <= (select active from :place.place) and (v.to_seq is null or v.to_seq > (select active from :place.place))
     order by 1`,
  );

test('a backup in a bucket is restored byte for byte, verified, and pruned', async () => {
  const project = await createBucketProject(server, 'round-trip');
  await release(project, 'v1.0.0');
  const before = await bodiesOf(project);
  await release(project, 'v1.1.0');
  const [backup] = await backupsOf(project);
  expect(backup).toMatchObject({ version: 'v1.0.0', bodies: 2 });
  expect(valueIn(await verifyBackups(project.context, { id: undefined, full: true, ...waiting }))).toHaveLength(1);
  const restored = valueIn(await restore(project, backup?.id ?? ''));
  expect(restored.sections).toMatchObject([{ outcome: 'succeeded', active: 'v1.0.0' }]);
  expect(await bodiesOf(project)).toEqual(before);

  await release(project, 'v1.2.0', 'v1.3.0');
  valueIn(await createBackup(project.context, { target: 'development', ...waiting }));
  const pruned = valueIn(await prune(project.context, { target: 'development', ...waiting }));
  expect(pruned.backups.length).toBeGreaterThan(0);
  valueIn(await verifyBackups(project.context, { id: undefined, full: true, ...waiting }));
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('with a wrong key nothing is activated, and the key is shown nowhere', async () => {
  const project = await createBucketProject(server, 'wrong-key');
  await release(project, 'v1.0.0');
  configureBucket(project, server, 'wrong-key', 'WRONG_KEY');
  commit(project, 'v1.1.0');
  const problems = await refused(project);
  expect(codesOf(problems)).toEqual(['release-failed', 'backup-store-credentials']);
  expect(JSON.stringify(problems)).not.toContain('a-secret-that-nobody-knows');
  expect(await backupsOf(project)).toEqual([]);
  const [latest] = valueIn(await history(project.context, { targets: [], ...waiting }));
  expect(latest?.state).not.toBe('succeeded');
  expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
  configureBucket(project, server, 'wrong-key');
  expect(await refused(project)).toEqual([]);
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('a variable that is not set is said with its place in the file', async () => {
  const project = await createBucketProject(server, 'unset');
  configureBucket(project, server, 'unset', 'UNSET_KEY');
  commit(project, 'v1.0.0');
  expect(await refused(project)).toMatchObject([{ code: 'config-missing-variable', range: { start: { line: 16 } } }]);
});

test('a variable that leads out of the bucket is refused, and nothing is asked of what it leads to', async () => {
  const project = await createBucketProject(server, 'inside');
  configureBucket(project, server, '${env.ELSEWHERE}');
  commit(project, 'v1.0.0');
  server.requests.length = 0;
  const problems = await refused(project);
  expect(codesOf(problems)).toContain('backup-store-address');
  expect(JSON.stringify(problems)).not.toContain('of-another');
  expect(server.requests).toEqual([]);
});

test('an upload that was cut off behind the back of the store is no backup', async () => {
  const project = await createBucketProject(server, 'cut-off');
  await release(project, 'v1.0.0');
  // The store keeps half of what it was sent, and says of it what it would say of all of it.
  server.interfere = (request) => {
    if (request.method === 'GET' && request.url?.includes('.pack')) {
      for (const pack of packsIn(server, 'cut-off')) {
        const bytes = readFileSync(pack);
        writeFileSync(
          pack,
          Buffer.concat([bytes.subarray(0, bytes.length / 2), Buffer.alloc(Math.ceil(bytes.length / 2))]),
        );
      }
    }
    return false;
  };
  commit(project, 'v1.1.0');
  const problems = await refused(project);
  expect(codesOf(problems)).toContain('backup-proof-failed');
  expect(await backupsOf(project)).toEqual([]);
  server.interfere = () => false;
  expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);
});

test('a byte that changed in the bucket is found before anything is restored', async () => {
  const project = await createBucketProject(server, 'changed');
  await release(project, 'v1.0.0', 'v1.1.0');
  const [backup] = await backupsOf(project);
  const [pack = ''] = packsIn(server, 'changed');
  const bytes = readFileSync(pack);
  bytes[20] = (bytes[20] ?? 0) ^ 1;
  writeFileSync(pack, bytes);
  expect(codesOf((await restore(project, backup?.id ?? '')).diagnostics)).toEqual(['backup-damaged']);
  const verified = await verifyBackups(project.context, { id: undefined, full: true, ...waiting });
  expect(codesOf(verified.diagnostics)).toEqual(['backup-damaged']);
  expect((await project.plan()).sections).toMatchObject([{ changes: [], drift: [] }]);
});
