import { expect, test } from 'vitest';
import { type Declaration, declarationsOf } from '../../engine/config/index.ts';
import { createAffects } from '../../engine/plan/affects.ts';
import { loaded } from '../config/project.ts';

/** Two targets, of which one asks the provider `queue`; `acme` may keep the backups. */
const configuration = (backups: string): string => `version: 1
project: test
environments:
  one: { type: development }
  two: { type: development }
targets:
  one: { environment: one, version: latest }
  two:
    environment: two
    version: latest
    smoke_tests: [{ name: drains, check: { provider: queue, options: { token: in-plain-text, url: "\${env.QUEUE}" } } }]
backups: ${backups}
providers:
  acme: { path: acme }
  queue: { package: m3forge-provider-queue, version: ^1.0 }
`;

const lock = JSON.stringify({
  version: 1,
  providers: { queue: { from: 'm3forge-provider-queue', version: '1.4.0', integrity: `sha256-${'A'.repeat(43)}=` } },
});

const declared = async (backups: string): Promise<readonly Declaration[]> =>
  declarationsOf(await loaded({ 'm3forge.yaml': configuration(backups), 'm3forge.lock': lock }));

const bodyOf = (declarations: readonly Declaration[], address: string) =>
  declarations.find((one) => one.address === address)?.body;

test('a provider is declared with what was pinned of it, and a check without its secret', async () => {
  const all = await declared('{ path: kept }');
  expect(bodyOf(all, 'provider.acme')).toEqual({ path: 'acme', version: null, locked: null });
  expect(bodyOf(all, 'provider.queue')).toEqual({
    package: 'm3forge-provider-queue',
    version: '^1.0',
    locked: { version: '1.4.0', integrity: `sha256-${'A'.repeat(43)}=` },
  });
  expect(bodyOf(all, 'target.two')).toMatchObject({
    smoke_tests: [{ check: { provider: 'queue', options: { token: '***', url: `$\{env.QUEUE}` } } }],
  });
  expect(JSON.stringify(all)).not.toContain('in-plain-text');
});

test.each([
  ['{ path: kept }', { provider: 'filesystem', path: 'kept' }],
  [
    `{ provider: s3, bucket: of-tests, access_key_id: "$\{env.ID}", secret_access_key: in-plain-text }`,
    { provider: 's3', bucket: 'of-tests', access_key_id: `$\{env.ID}`, secret_access_key: '***' },
  ],
  [
    '{ provider: acme, options: { share: invoices, password: in-plain-text } }',
    { provider: 'acme', options: { share: 'invoices', password: '***' } },
  ],
])('backups %s are declared whole, without a secret', async (backups, body) => {
  expect(bodyOf(await declared(backups), 'backups')).toEqual({ ...body, keep_last: 10, max_age_days: null });
});

test('a provider affects the targets that ask it, and all whose backups it keeps, before or after', async () => {
  const [files, acme] = [await declared('{ path: kept }'), await declared('{ provider: acme }')];
  const affects = createAffects(files, files);
  expect(affects('provider.queue')).toEqual(['two']);
  expect(affects('provider.acme')).toEqual([]);
  expect(createAffects(acme, files)('provider.acme')).toEqual(['one', 'two']);
  expect(createAffects(files, acme)('provider.acme')).toEqual(['one', 'two']);
});
