import tls from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpClient } from '../../engine/http/index.ts';
import { createAuthority, selfSigned } from './certificate.ts';
import { refusalOf, serveTls, testSystem } from './loopback.ts';

const authority = createAuthority();
const trusted = tls.getCACertificates('default');

beforeAll(() => tls.setDefaultCACertificates([...trusted, authority.cert]));
afterAll(() => tls.setDefaultCACertificates(trusted));

const ask = async (options: tls.TlsOptions, host = '127.0.0.1'): Promise<string> => {
  const client = createHttpClient(testSystem());
  await using server = await serveTls((_, response) => response.end('over TLS'), options);
  const url = `https://${host}:${server.port}/`;
  try {
    const { body } = await client.request({ method: 'GET', url, timeoutMs: 30_000 });
    return body.toString();
  } finally {
    await client.close();
  }
};

test('a certificate that somebody trusted vouches for is taken', async () => {
  expect(await ask(authority.issue())).toBe('over TLS');
});

test.each([
  ['has expired', () => authority.issue({ from: 20, to: 21 }), 'CERT_HAS_EXPIRED'],
  ['is not valid yet', () => authority.issue({ from: 48, to: 49 }), 'CERT_NOT_YET_VALID'],
  ['is for another address', () => authority.issue({ addresses: [[127, 0, 0, 2]] }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ['is self-signed', selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['comes from an unknown authority', () => createAuthority('Unknown').issue(), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['comes from one that only has a trusted name', () => createAuthority().issue(), 'CERT_SIGNATURE_FAILURE'],
])('one that %s is not', async (_, issue, reason) => {
  const { code, text } = await refusalOf(ask(issue()));
  expect(code).toBe('http-tls');
  expect(text).toContain(reason);
});

test('a name that the certificate does not hold is refused, though the address is right', async () => {
  expect((await refusalOf(ask(authority.issue(), 'localhost'))).code).toBe('http-tls');
});

test('TLS of the last century is refused', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  expect((await refusalOf(ask({ ...authority.issue(), ...old }))).code).toBe('http-tls');
});
