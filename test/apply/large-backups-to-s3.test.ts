import { spawn } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import type { TestProject } from '../support/project.ts';
import { bucketVariables, createBucketProject, objectsIn } from '../support/s3-project.ts';
import { bucketName, type S3Server, startS3Server } from '../support/s3-server.ts';
import { workflowFile } from '../support/workflows.ts';

// Backups larger than what goes into a bucket in one piece, through the command line.

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.interfere = () => false;
  server.requests.length = 0;
});

/** A text of which compression takes a quarter and no more; the same each time. A workflow holds it twice. */
const incompressible = (name: string): string =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, name), Buffer.alloc(16))
    .update(Buffer.alloc(3 * 1024 * 1024))
    .toString('base64');

const small = (version: string) => ({ 'workflows/small.json': workflowFile('small', [version]) });
const large = {
  'workflows/a.json': workflowFile('a', [incompressible('a')]),
  'workflows/b.json': workflowFile('b', [incompressible('b')]),
};

const m3forge = async (project: TestProject, ...args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await run(args, { cwd: project.directory, env: bucketVariables });
  expect({ args, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ args, exitCode: 0, stderr: '' });
  return stdout;
};

const backupsOf = async (project: TestProject): Promise<readonly { readonly id: string }[]> =>
  JSON.parse(await m3forge(project, 'backup', 'list', '--json'));

/** A project whose first version, which is large, is active. */
const started = async (prefix: string): Promise<TestProject> => {
  const project = await createBucketProject(server, prefix);
  project.repository.commit({ ...large, ...small('v1.0.0') }, 'v1.0.0');
  await m3forge(project, 'apply', '--yes');
  return project;
};

/** What is active, as the bytes in the place hash. */
const contentOf = (project: TestProject) =>
  project.sql<{ name: string; hash: string }>(
    'development',
    `select v.name, encode(sha256(a.body), 'hex') as hash
     from :place.artifact_version v join :place.artifact a using (digest)
     where v.from_seq <= (select active from :place.place) and (v.to_seq is null or v.to_seq > (select active from :place.place))
     order by 1`,
  );

test('a release whose bodies went to the bucket in parts is restored from there', async () => {
  const project = await started('restored');
  const before = await contentOf(project);
  expect(before.map(({ name }) => name)).toEqual(['a', 'b', 'small']);
  project.repository.commit(small('v1.1.0'), 'v1.1.0');
  await m3forge(project, 'apply', '--yes');
  expect(server.requests.filter((request) => /^PUT .*\.pack\?partNumber=/.test(request))).toHaveLength(2);
  const [backup] = await backupsOf(project);
  await project.sql(
    'development',
    `update :place.artifact set body = 'lost in the place' where length(body) > 1000000`,
  );

  await m3forge(project, 'backup', 'restore', backup?.id ?? '', '--target', 'development', '--yes');
  expect(await contentOf(project)).toEqual(before);
  await m3forge(project, 'plan', '--version', 'v1.0.0', '--detailed-exitcode');
});

const program = join(import.meta.dirname, '../../dist/main.js');

test('a process that is killed in the middle of an upload leaves nothing that looks like a backup', async () => {
  const project = await started('killed');
  project.repository.commit({ ...large, ...small('v1.1.0') }, 'v1.1.0');
  const child = spawn(process.execPath, [program, 'apply', '--yes'], {
    cwd: project.directory,
    env: { PATH: process.env.PATH, HOME: project.directory, CI: '1', ...bucketVariables },
    stdio: 'ignore',
  });
  let cut = '';
  server.interfere = ({ method, url = '' }) => {
    if (method !== 'PUT' || !url.includes('partNumber=2')) return false;
    cut = url;
    return child.kill('SIGKILL');
  };
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
  const [, key = '', id = ''] = /^\/[^/]+\/(.*)\?.*uploadId=(.*)$/.exec(cut) ?? [];
  expect(key).toMatch(/^killed\/.*\.pack$/);

  expect(objectsIn(server, 'killed')).toEqual([]);
  expect(await backupsOf(project)).toEqual([]);
  expect(JSON.parse(await m3forge(project, 'backup', 'verify', '--full', '--json'))).toEqual([]);

  // The server itself neither lists uploads nor ends one.
  const ending = `/${bucketName}/${key}?uploadId=${id}`;
  server.interfere = ({ method, url = '' }, response) => {
    if (method === 'DELETE' && url === ending) return Boolean(response.writeHead(204).end());
    if (method !== 'GET' || !url.includes('uploads=')) return false;
    response.end(
      `<ListMultipartUploadsResult><Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload></ListMultipartUploadsResult>`,
    );
    return true;
  };
  await m3forge(project, 'apply', '--yes');
  expect(server.requests).toContain(`DELETE ${ending}`);
  expect(await backupsOf(project)).toHaveLength(1);
  expect(JSON.parse(await m3forge(project, 'backup', 'verify', '--full', '--json'))).toHaveLength(1);
});
