import { expect, test } from 'vitest';
import { bucketOf } from '../../providers/s3/options.ts';
import { createAsk, type S3Request, signed } from '../../providers/s3/requests.ts';
import { serve, testSystem } from '../http/loopback.ts';
import { type ArrivedRequest, isSignedWith } from '../support/sigv4.ts';

// The examples, with their keys and signatures, are those of Amazon's documentation of S3: "Signature Calculations for the
// Authorization Header: Transferring Payload in a Single Chunk". The bucket is the first part of the host in all of them.

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  sessionToken: undefined,
};
const host = 'examplebucket.s3.amazonaws.com';
const nothing = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const system = {
  ...testSystem(),
  clock: { ...testSystem().clock, now: () => new Date('2013-05-24T00:00:00Z') },
};
const bucket = bucketOf(
  { bucket: 'examplebucket', endpoint: 'https://s3.amazonaws.com', path_style: false },
  { env: () => undefined },
);

const put: S3Request = {
  method: 'PUT',
  key: 'test$file.text',
  headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
  body: Buffer.from('Welcome to Amazon S3.'),
};

const examples: readonly (readonly [target: string, request: S3Request, signature: string])[] = [
  ['/test%24file.text', put, '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd'],
  [
    '/?lifecycle=',
    { method: 'GET', query: { lifecycle: '' } },
    'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
  ],
  [
    '/?max-keys=2&prefix=J',
    { method: 'GET', query: { 'max-keys': '2', prefix: 'J' } },
    '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
  ],
];

const place = { system, bucket, credentials };

test.each(examples)('what Amazon signs in its examples is signed alike: %s', async (target, request, signature) => {
  const { url, headers } = await signed(place, request);
  expect(url).toBe(`https://${host}${target}`);
  expect(headers.authorization).toContain(
    'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=',
  );
  expect(headers.authorization).toMatch(new RegExp(`Signature=${signature}$`));
});

const scope = 'Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';

test('what checks signatures in these tests finds those of Amazon right, and no other', () => {
  const ranged: ArrivedRequest = {
    method: 'GET',
    target: '/test.txt',
    headers: {
      host,
      range: 'bytes=0-9',
      'x-amz-content-sha256': nothing,
      'x-amz-date': '20130524T000000Z',
      authorization: `AWS4-HMAC-SHA256 ${scope},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
    },
  };
  const stored: ArrivedRequest = {
    method: 'PUT',
    target: '/test%24file.text',
    headers: {
      host,
      date: 'Fri, 24 May 2013 00:00:00 GMT',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      'x-amz-date': '20130524T000000Z',
      authorization: `AWS4-HMAC-SHA256 ${scope},SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd`,
    },
  };
  const secret = credentials.secretAccessKey;
  expect([isSignedWith(ranged, secret), isSignedWith(stored, secret)]).toEqual([true, true]);
  expect(isSignedWith(ranged, 'another')).toBe(false);
  expect(isSignedWith({ ...ranged, target: '/test' }, secret)).toBe(false);
  expect(isSignedWith({ ...ranged, headers: { ...ranged.headers, host: 's3.amazonaws.com' } }, secret)).toBe(false);
  expect(isSignedWith({ ...ranged, headers: { ...ranged.headers, 'x-amz-acl': 'public-read' } }, secret)).toBe(false);
  expect(isSignedWith({ ...ranged, headers: { host } }, secret)).toBe(false);
});

test('signs that mean something in an address are sent as what they are, and signed so', async () => {
  const arrived: ArrivedRequest[] = [];
  await using server = await serve(({ method = '', url = '', headers }, response) => {
    arrived.push({ method, target: url, headers });
    response.end();
  });
  const local = bucketOf(
    { bucket: 'examplebucket', endpoint: `http://127.0.0.1:${server.port}` },
    { env: () => undefined },
  );
  const ask = createAsk({ system, bucket: local, credentials: { ...credentials, sessionToken: 'a+token/of=an-hour' } });
  await ask({ method: 'GET', key: "a+b c/%2F?#&=;$!'(*)é" });
  await ask({ method: 'GET', query: { 'continuation-token': "1+/= ~*'%20é" } });
  expect(arrived.map(({ target }) => target)).toEqual([
    '/examplebucket/a%2Bb%20c/%252F%3F%23%26%3D%3B%24%21%27%28%2A%29%C3%A9',
    '/examplebucket?continuation-token=1%2B%2F%3D%20~%2A%27%2520%C3%A9',
  ]);
  expect(arrived.map((request) => isSignedWith(request, credentials.secretAccessKey))).toEqual([true, true]);
});
