import { createHash, createHmac } from 'node:crypto';

/** A request as it arrives: the target is what stands in its first line. Names of headers are in lower case. */
export interface ArrivedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** As RFC 3986 spells a text. A "+" is a "+": only web forms mean a space by it. */
const spelled = (text: string): string =>
  [...Buffer.from(decodeURIComponent(text))]
    .map((byte) => {
      const sign = String.fromCharCode(byte);
      return /[A-Za-z0-9._~-]/.test(sign) ? sign : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');

const spelledQuery = (query: string): string =>
  query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const [name = '', ...value] = part.split('=');
      return `${spelled(name)}=${spelled(value.join('='))}`;
    })
    .sort()
    .join('&');

const headerIn = ({ headers }: ArrivedRequest, name: string): string => {
  const value = headers[name];
  return (typeof value === 'string' ? value : (value?.join(',') ?? '')).trim().replaceAll(/ +/g, ' ');
};

/**
 * Whether a request to S3 is signed with a secret, as Amazon documents it (Signature Version 4, in the Authorization header,
 * payload in a single chunk). It is written from that document alone and shares nothing with what signs.
 */
export const isSignedWith = (request: ArrivedRequest, secret: string): boolean => {
  const said = /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\S+), ?SignedHeaders=(\S+), ?Signature=([0-9a-f]{64})$/.exec(
    headerIn(request, 'authorization'),
  );
  const [, scope = '', signedHeaders = '', signature] = said ?? [];
  const names = signedHeaders.split(';');
  const mustBeSigned = ['host', ...Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))];
  if (mustBeSigned.some((name) => !names.includes(name))) return false;
  const [path = '', query = ''] = request.target.split('?');
  const canonical = [
    request.method,
    path.split('/').map(spelled).join('/'),
    spelledQuery(query),
    ...names.map((name) => `${name}:${headerIn(request, name)}`),
    '',
    signedHeaders,
    headerIn(request, 'x-amz-content-sha256'),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headerIn(request, 'x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === signature;
};
