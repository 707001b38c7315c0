import { refuse } from '../../engine/diagnostics/index.ts';
import type { System } from '../../engine/system/index.ts';
import { isBucketFolder, isBucketName, type JsonObject } from '../../engine/values/index.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** What the store needs to know of a bucket, with every default in its place. */
export interface Bucket {
  readonly name: string;
  readonly region: string;
  /** Where it lies: the bucket is the first part of the host or of the path. Without a slash at its end. */
  readonly address: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  /** Headers that ask the store to encrypt what it keeps. */
  readonly encryption: Readonly<Record<string, string>>;
  /** For each single exchange. */
  readonly timeoutMs: number;
}

const textOf = (options: JsonObject, name: string): string | undefined => {
  const value = options[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

/**
 * The configuration is checked for this as well, but what comes from a variable is known only now. It may be the wrong one,
 * with a secret in it, and is not shown.
 */
const requireUsable = (isUsable: boolean, key: string, what: string): void => {
  if (isUsable) return;
  throw refuse('backup-store-address', {
    detail: `What backups.${key} comes to is no ${what}.`,
    hint: `Mend backups.${key}, or the variable that it is taken from.`,
  });
};

/** Whether a text can stand in a header. One that came from a file often has a line's end too many. */
const isPlain = (text: string | undefined): boolean => text === undefined || /^[\x21-\x7e]+$/.test(text);

const encryptionOf = (options: JsonObject): Readonly<Record<string, string>> => {
  const kind = textOf(options, 'server_side_encryption');
  const key = textOf(options, 'kms_key_id');
  requireUsable(isPlain(key), 'kms_key_id', 'name of a key');
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
  requireUsable(isBucketFolder(text), 'prefix', 'folder of a bucket that m3forge can use');
  const folders = text.split('/').filter((part) => part !== '');
  return folders.map((folder) => `${folder}/`).join('');
};

/** In front of a number there is no place for a name: the bucket would be left out, and a folder taken for it. */
const addressOf = (endpoint: string, bucket: string, pathStyle: boolean): string => {
  if (pathStyle) return `${endpoint}/${bucket}`;
  const url = URL.parse(endpoint.replace('://', `://${bucket}.`));
  if (url) return url.origin;
  throw refuse('backup-store-address', {
    detail: 'The host of backups.endpoint is a number, which no bucket can stand in front of.',
    hint: 'Set backups.path_style to true.',
  });
};

const seconds = 1000;
const usualTimeoutSeconds = 30;

/** Region and endpoint may also come from the variables that every tool for S3 reads. */
export const bucketOf = (options: JsonObject, { env }: Pick<System, 'env'>): Bucket => {
  const region = textOf(options, 'region') || env('AWS_REGION') || env('AWS_DEFAULT_REGION') || 'us-east-1';
  const endpoint = textOf(options, 'endpoint') || env('AWS_ENDPOINT_URL_S3') || undefined;
  const name = textOf(options, 'bucket') ?? '';
  requireUsable(isBucketName(name), 'bucket', 'name of a bucket');
  requireUsable(/^[A-Za-z0-9_-]{1,64}$/.test(region), 'region', 'name of a region');
  // What is no service of Amazon's own seldom has a name in the DNS for each bucket.
  const pathStyle = options.path_style === undefined ? endpoint !== undefined : options.path_style === true;
  const timeout = options.request_timeout_seconds;
  return {
    name,
    region,
    address: addressOf(endpointOf(endpoint ?? `https://s3.${region}.amazonaws.com`), name, pathStyle),
    prefix: prefixOf(textOf(options, 'prefix') ?? ''),
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
  const sessionToken = (configured ? textOf(options, 'session_token') : env('AWS_SESSION_TOKEN')) || undefined;
  if (isPlain(accessKeyId) && isPlain(sessionToken)) return { accessKeyId, secretAccessKey, sessionToken };
  throw refuse('backup-store-credentials', {
    detail: 'The id of the key, or the session token, holds a space or another character that there is none of in any.',
    hint: 'Look for an end of line in the variable that it is taken from.',
  });
};
