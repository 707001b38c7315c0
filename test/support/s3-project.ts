import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listAllBackups } from '../../engine/operations/index.ts';
import { createProject, type TestProject, valueIn } from './project.ts';
import { bucketName, knownKey, type S3Server } from './s3-server.ts';

/** The variables of projects that keep their backups in a bucket. */
export const bucketVariables: Readonly<Record<string, string>> = {
  BACKUP_KEY_ID: knownKey.access_key_id,
  BACKUP_KEY: knownKey.secret_access_key,
  WRONG_KEY: 'a-secret-that-nobody-knows',
  ELSEWHERE: '../of-another',
};

/** Lets a project keep its backups in a folder of the server's bucket; `key` names the variable with its secret. */
export const configureBucket = (project: TestProject, server: S3Server, prefix: string, key = 'BACKUP_KEY'): void =>
  project.configure(`  development: { environment: development, version: latest }
backups:
  provider: s3
  bucket: ${bucketName}
  endpoint: ${server.endpoint}
  prefix: ${prefix}
  access_key_id: \${env.BACKUP_KEY_ID}
  secret_access_key: \${env.${key}}
  retention: { keep_last: 2 }`);

export const createBucketProject = async (server: S3Server, prefix: string): Promise<TestProject> => {
  const project = await createProject('schemas', { system: { env: (name) => bucketVariables[name] } });
  configureBucket(project, server, prefix);
  return project;
};

export const backupsOf = async ({ context }: TestProject) =>
  valueIn(await listAllBackups(context, { target: undefined, lockTimeoutMs: 0 }));

/** Where the server keeps the objects under a prefix; an upload that is not complete is none. */
export const objectsIn = (server: S3Server, prefix: string): readonly string[] => {
  const folder = join(server.directory, prefix);
  return readdirSync(server.directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(server.directory, name))
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith('._S3rver_object'));
};

export const packsIn = (server: S3Server, prefix: string): readonly string[] =>
  objectsIn(server, prefix).filter((path) => path.endsWith('.pack._S3rver_object'));
