import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { serve } from '../http/loopback.ts';
import { temporaryDirectory } from './servers.ts';
import { isSignedWith } from './sigv4.ts';

/** The part of s3rver, an S3 server that has no types of its own, that is used here. */
interface S3rver {
  readonly callback: () => RequestListener;
  readonly configureBuckets: () => Promise<unknown>;
  readonly logger: { readonly exceptions: { readonly unhandle: () => void }; readonly close: () => void };
}
type S3rverClass = new (options: object) => S3rver;

/** A real S3 server on the loopback interface, which checks signatures, with one bucket. */
export interface S3Server extends AsyncDisposable {
  readonly port: number;
  readonly endpoint: string;
  /** Where the server keeps the files of the bucket: each object in a file `NAME._S3rver_object`. */
  readonly directory: string;
  /** Method and path of each request so far. */
  readonly requests: string[];
  /** May answer a request in the place of the server, by returning true. */
  interfere: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** The key pair that the server knows. */
export const knownKey = { access_key_id: 'S3RVER', secret_access_key: 'S3RVER' } as const;

export const bucketName = 'backups-of-tests';

const isSigned = ({ method = '', url = '', headers }: IncomingMessage): boolean =>
  isSignedWith({ method, target: url, headers }, knownKey.secret_access_key);

/** With `bucketInHost` signatures are checked here: s3rver computes another one where the bucket is in the host. */
export const startS3Server = async (manner: { readonly bucketInHost?: boolean } = {}): Promise<S3Server> => {
  const { bucketInHost = false } = manner;
  const directory = temporaryDirectory();
  const Server = createRequire(import.meta.url)('@20minutes/s3rver') as S3rverClass;
  const app = new Server({
    ...{ directory, silent: true, serviceEndpoint: 'example.test' },
    allowMismatchedSignatures: bucketInHost,
    configureBuckets: [{ name: bucketName, configs: [] }],
  });
  await app.configureBuckets();
  const answer = app.callback();
  const requests: string[] = [];
  const loopback = await serve((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (server.interfere(request, response)) return;
    if (bucketInHost && !isSigned(request)) s3Error(response, 403, 'SignatureDoesNotMatch');
    else answer(request, response);
  });
  const server: S3Server = {
    port: loopback.port,
    endpoint: `http://127.0.0.1:${loopback.port}`,
    directory: join(directory, bucketName),
    requests,
    interfere: () => false,
    [Symbol.asyncDispose]: async () => {
      await loopback[Symbol.asyncDispose]();
      app.logger.exceptions.unhandle();
      app.logger.close();
    },
  };
  return server;
};

/** An error as S3 says it. */
export const s3Error = (response: ServerResponse, status: number, code: string): true => {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>no</Message></Error>`);
  return true;
};
