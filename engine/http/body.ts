import { pipeline, type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { refuse } from '../diagnostics/index.ts';

/** The body, decoded. `undefined` encoding means that there is nothing to decode. */
const decoded = (body: Readable, encoding: string | undefined, host: string): Readable => {
  switch (encoding?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return body;
    case 'gzip':
    case 'x-gzip':
      // The callback is required, and the error reaches whoever reads.
      return pipeline(body, createGunzip(), () => undefined);
    case 'deflate':
      return pipeline(body, createInflate(), () => undefined);
    case 'br':
      return pipeline(body, createBrotliDecompress(), () => undefined);
    default:
      body.destroy();
      throw refuse('http-response-invalid', { detail: `${host} sent a body in an encoding that is not supported.` });
  }
};

/** Reads a body to its end. What counts is the decoded size, so that a small body that unpacks to a huge one is stopped. */
export const readBody = async (
  body: Readable,
  {
    encoding,
    maxBytes,
    host,
  }: { readonly encoding: string | undefined; readonly maxBytes: number; readonly host: string },
): Promise<Buffer> => {
  // Stopping early makes the stream report that it was stopped; nobody else listens then.
  body.on('error', () => undefined);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decoded(body, encoding, host) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      throw refuse('http-too-large', { detail: `The response of ${host} is larger than ${maxBytes} bytes.` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};
