import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apply, history, verifyBackups } from '../../engine/operations/index.ts';
import { codesOf, type TestProject, valueIn } from '../support/project.ts';
import { backupsOf, createBucketProject, packsIn } from '../support/s3-project.ts';
import { type S3Server, s3Error, startS3Server } from '../support/s3-server.ts';
import { workflowFile } from '../support/workflows.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.interfere = () => false;
});

const commit = (project: TestProject, version: string): unknown =>
  project.repository.commit({ 'workflows/a.json': workflowFile('a', [version]) }, version);

/** A project that has released these versions. */
const released = async (prefix: string, ...versions: readonly string[]): Promise<TestProject> => {
  const project = await createBucketProject(server, prefix);
  for (const version of versions) {
    commit(project, version);
    expect((await project.apply([], version)).problems).toEqual([]);
  }
  return project;
};

const verify = ({ context }: TestProject, full: boolean) =>
  verifyBackups(context, { id: undefined, full, lockTimeoutMs: 0 });

test('a proxy that answers in the place of the bucket damages no backup; what the bucket has lost is damage', async () => {
  const project = await released('proxy', 'v1.0.0', 'v1.1.0', 'v1.2.0');
  const before = await backupsOf(project);
  expect(before.map(({ verified_at }) => verified_at)).not.toContain(null);
  server.interfere = (_, response) => {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<html><body>No such page</body></html>');
    return true;
  };
  for (const full of [false, true]) {
    expect(codesOf((await verify(project, full)).diagnostics)).toEqual(['backup-store-answer']);
  }
  expect(await backupsOf(project)).toEqual(before);
  server.interfere = () => false;
  expect(valueIn(await verify(project, true))).toHaveLength(2);

  for (const pack of packsIn(server, 'proxy')) rmSync(pack);
  expect(codesOf((await verify(project, false)).diagnostics)).toEqual(['backup-damaged', 'backup-damaged']);
  expect((await backupsOf(project)).map(({ verified_at }) => verified_at)).toEqual([null, null]);
});

const full: readonly (readonly [what: string, isRefused: RegExp])[] = [
  ['before anything is written', /^PUT /],
  ['as the bodies are written', /^PUT .*\.pack/],
  ['as the index is written', /^PUT .*\.json/],
];

test.each(full)('a bucket that is full %s ends the release, with nothing half done', async (what, isRefused) => {
  const prefix = what.replaceAll(' ', '-');
  const project = await released(prefix, 'v1.0.0');
  commit(project, 'v1.1.0');
  server.interfere = ({ method, url }, response) =>
    isRefused.test(`${method} ${url}`) && s3Error(response, 507, 'XMinioStorageFull');
  const outcome = await apply(project.context, {
    ...{ targets: [], reason: null, lockTimeoutMs: 0 },
    ...{ confirm: () => Promise.resolve(true), report: () => undefined },
  });
  const problems = outcome.ok ? outcome.value.problems : outcome.diagnostics;
  expect(codesOf(problems).filter((code) => code !== 'release-failed')).toEqual(['backup-store-full']);

  expect(await backupsOf(project)).toEqual([]);
  const [latest] = valueIn(await history(project.context, { targets: [], lockTimeoutMs: 0 }));
  expect(latest).not.toMatchObject({ version: 'v1.1.0', state: 'succeeded' });
  expect((await project.plan([], 'v1.0.0')).sections).toMatchObject([{ changes: [], drift: [] }]);

  server.interfere = () => false;
  expect((await project.apply()).problems).toEqual([]);
  expect(valueIn(await verify(project, true))).toHaveLength(1);
});
