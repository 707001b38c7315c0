import { refuse } from '../../engine/diagnostics/index.ts';
import type { System } from '../../engine/system/index.ts';
import type { JsonObject } from '../../engine/values/index.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** What the store needs to know of a bucket, with every default in its place. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  /** Without a path and without a slash at its end. */
  readonly endpoint: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** The bucket as the first part of the path; otherwise as the first part of the host. */
  readonly pathStyle: boolean;
  /** Headers that ask the store to encrypt what it keeps. */
  readonly encryption: Readonly<Record<string, string>>;
  /** For each single exchange. */
  readonly timeoutMs: number;
}

const textOf = (options: JsonObject, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const encryptionOf = (options: JsonObject): Readonly<Record<string, string>> => {
  const kind = textOf(options, 'server_side_encryption');
  const key = textOf(options, 'kms_key_id');
  return {
    ...(kind && { 'x-amz-server-side-encryption': kind }),
    ...(key && { 'x-amz-server-side-encryption-aws-kms-key-id': key }),
  };
};

/** An address without anything behind its port. What else stands there would be lost, so it is refused. */
const endpointOf = (text: string): string => {
  const url = URL.parse(text);
  const plain = url && url.pathname === '/' && url.search === '' && url.username === '' && url.password === '';
  if (plain && (url.protocol === 'https:' || url.protocol === 'http:')) return url.origin;
  throw refuse('backup-store-address', {
    detail: 'backups.endpoint is no address such as https://s3.example.com.',
    hint: 'Write the scheme, the host and, where it is an unusual one, the port; the bucket goes into backups.bucket.',
  });
};

const prefixOf = (text: string): string => {
  const folders = text.split('/').filter((part) => part !== '');
  return folders.map((folder) => `${folder}/`).join('');
};

const seconds = 1000;
const usualTimeoutSeconds = 30;

/** Region and endpoint may also come from the variables that every tool for S3 reads. */
export const bucketOf = (options: JsonObject, { env }: Pick<System, 'env'>): Bucket => {
  const region = textOf(options, 'region') ?? env('AWS_REGION') ?? env('AWS_DEFAULT_REGION') ?? 'us-east-1';
  const endpoint = textOf(options, 'endpoint') ?? env('AWS_ENDPOINT_URL_S3');
  const timeout = options.request_timeout_seconds;
  return {
    name: textOf(options, 'bucket') ?? '',
    region,
    endpoint: endpointOf(endpoint ?? `https://s3.${region}.amazonaws.com`),
    prefix: prefixOf(textOf(options, 'prefix') ?? ''),
    // What is no service of Amazon's own seldom has a name in the DNS for each bucket.
    pathStyle: options.path_style === undefined ? endpoint !== undefined : options.path_style === true,
    encryption: encryptionOf(options),
    timeoutMs: (typeof timeout === 'number' ? timeout : usualTimeoutSeconds) * seconds,
  };
};

/** What the configuration says, else what the environment says; never some of each. */
export const credentialsOf = (options: JsonObject, { env }: Pick<System, 'env'>): Credentials => {
  const configured = textOf(options, 'access_key_id') ?? textOf(options, 'secret_access_key');
  const accessKeyId = configured ? textOf(options, 'access_key_id') : env('AWS_ACCESS_KEY_ID');
  const secretAccessKey = configured ? textOf(options, 'secret_access_key') : env('AWS_SECRET_ACCESS_KEY');
  if (!accessKeyId || !secretAccessKey) {
    throw refuse('backup-store-credentials', {
      detail: 'There are no credentials for the bucket that backups go to.',
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name other variables in backups.access_key_id and backups.secret_access_key.',
    });
  }
  const sessionToken = configured ? textOf(options, 'session_token') : env('AWS_SESSION_TOKEN');
  return { accessKeyId, secretAccessKey, sessionToken: sessionToken === '' ? undefined : sessionToken };
};
