import { AwsV4Signer } from 'aws4fetch';
import { Refusal } from '../../engine/diagnostics/index.ts';
import { createHttpClient, type HttpRequest, type HttpResponse } from '../../engine/http/index.ts';
import type { System } from '../../engine/system/index.ts';
import { digestOfBytes } from '../../engine/values/index.ts';
import { isPassing } from './errors.ts';
import type { Bucket, Credentials } from './options.ts';

export interface S3Request {
  readonly method: HttpRequest['method'];
  /** Undefined for the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Of the answer. */
  readonly maxBytes?: number;
}

export interface S3Answer extends HttpResponse {
  /** An earlier try got no usable answer, so that it may have been carried out all the same. */
  readonly repeated: boolean;
}

/** Sends one request, signed. Any status is an answer. Throws `Refusal` with an `http-…` code where there is none. */
export type Ask = (request: S3Request) => Promise<S3Answer>;

/** An XML document of a thousand names. */
const largestDocument = 8 * 1024 * 1024;

/** Waited before each further try; what is not over by then is no hiccup. */
const pausesMs = [100, 400] as const;

/** Spelled as the signature spells it, so that nobody can read another name in it: "+" is "%2B", and a space "%20". */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Where an object lies, or what a bucket is asked for. */
const urlOf = ({ address }: Bucket, { key, query = {} }: Pick<S3Request, 'key' | 'query'>): string => {
  const path = key === undefined ? '' : `/${key.split('/').map(encoded).join('/')}`;
  const search = Object.entries(query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  return new URL(address + path + (search.length > 0 ? `?${search.join('&')}` : '')).href;
};

/** The form in which the signature wants the time, such as 20260102T030405Z. */
const timeOf = (now: Date): string => now.toISOString().replaceAll(/[:-]|\.\d{3}/g, '');

/** Where a request goes, and its headers with a signature over them, the address and the body. */
export const signed = async (
  { bucket, credentials, system }: Place,
  request: S3Request,
): Promise<{ readonly url: string; readonly headers: Record<string, string> }> => {
  const url = urlOf(bucket, request);
  const headers = { ...request.headers, 'x-amz-content-sha256': digestOfBytes(request.body ?? '') };
  const signer = new AwsV4Signer({
    ...{ method: request.method, url, headers, service: 's3', region: bucket.region },
    ...{ accessKeyId: credentials.accessKeyId, secretAccessKey: credentials.secretAccessKey },
    ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
    datetime: timeOf(system.clock.now()),
  });
  const { headers: all } = await signer.sign();
  // Bytes as they are kept: what is compressed on the way would have another length than what was asked for.
  return { url, headers: { ...Object.fromEntries(all), 'accept-encoding': 'identity' } };
};

export interface Place {
  readonly system: System;
  readonly bucket: Bucket;
  readonly credentials: Credentials;
}

const isUnreachable = (error: unknown): boolean =>
  error instanceof Refusal && error.diagnostics.some(({ code }) => code === 'http-unreachable');

/** Every request may be repeated: what it would do twice, the store refuses the second time. */
export const createAsk = (place: Place): Ask => {
  const { system, bucket } = place;
  const client = createHttpClient(system);
  const once = async (request: S3Request): Promise<HttpResponse> => {
    return client.request({
      ...{ method: request.method, ...(await signed(place, request)) },
      ...(request.body && { body: request.body }),
      ...{ timeoutMs: bucket.timeoutMs, maxBytes: request.maxBytes ?? largestDocument, maxRedirects: 0 },
    });
  };
  return async (request) => {
    for (const [tries, pauseMs] of pausesMs.entries()) {
      try {
        const response = await once(request);
        if (!isPassing(response.status)) return { ...response, repeated: tries > 0 };
      } catch (error) {
        if (!isUnreachable(error)) throw error;
      }
      await system.clock.sleep(pauseMs);
    }
    return { ...(await once(request)), repeated: true };
  };
};
