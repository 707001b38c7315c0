import { expect, test } from 'vitest';
import { codes, complaints, loaded } from './project.ts';

const withBackups = (lines: string) =>
  `version: 1\nproject: x\nenvironments:\n  dev: { type: development }\ntargets:\n  dev: { environment: dev, version: latest }\nbackups:\n${lines}`;

const withProviders = (lines: string) => `version: 1\nproject: x\nproviders:\n${lines}`;

const s3 = (keys: string) => withBackups(`  provider: s3\n  bucket: acme-backups\n  ${keys}`);

test.each<readonly [name: string, text: string, expected: string]>([
  ['a provider that nobody knows', withBackups('  provider: s4'), 'config-unknown-provider 8:13'],
  ['no bucket', withBackups('  provider: s3'), 'config-backups 8:13'],
  ['a bucket that cannot be', withBackups('  provider: s3\n  bucket: "A b"'), 'config-backups 9:11'],
  ['an address with a path', s3('endpoint: https://s3.example.com/acme'), 'config-backups 10:13'],
  ['no address', s3('endpoint: s3.example.com'), 'config-backups 10:13'],
  ['a prefix that leaves the bucket', s3('prefix: a/../b'), 'config-backups 10:11'],
  ['half a key', s3(`access_key_id: "\${env.A}"`), 'config-backups 10:18'],
  ['a token without a key', s3(`session_token: "\${env.A}"`), 'config-backups 10:18'],
  ['a key without its encryption', s3('kms_key_id: a'), 'config-backups 10:15'],
  ['a secret in plain text', s3('access_key_id: A\n  secret_access_key: hunter2'), 'config-literal-password 11:22'],
  ['no such expression', s3(`prefix: "\${var.X}"`), 'config-expression 10:11'],
  ['a path that s3 does not read', s3('path: backups'), 'config-backups 10:9'],
  ['a bucket that a directory does not read', withBackups('  bucket: acme'), 'config-backups 8:11'],
  ['options that s3 does not read', s3('options: { a: 1 }'), 'config-backups 10:12'],
])('backups: %s', async (_name, text, expected) => {
  expect(await codes(text)).toEqual([expected]);
});

test.each<readonly [name: string, lines: string, expected: string]>([
  ['neither here nor there', '  acme: {}', 'config-provider 4:9'],
  ['here and there', '  acme: { package: a, path: b }', 'config-provider 4:29'],
  ['outside', '  acme: { path: ../b }', 'config-provider 4:17'],
  ['no package', '  acme: { package: "A B" }', 'config-provider 4:20'],
  ['no version', '  acme: { package: a, version: newest }', 'config-provider 4:32'],
  ['no name', '  Acme: { package: a }', 'config-provider 4:9'],
  ['a name that is taken', '  http: { package: a }', 'config-provider 4:9'],
])('providers: %s', async (_name, lines, expected) => {
  expect(await codes(withProviders(lines))).toEqual([expected]);
});

test('a check names a provider that there is', async () => {
  const text = (provider: string) => `version: 1
project: x
environments: { dev: { type: development } }
targets:
  dev:
    environment: dev
    version: latest
    smoke_tests:
      - { name: queue, check: { provider: ${provider}, options: { queue: "\${env.QUEUE}" } } }
providers: { acme: { package: m3forge-provider-acme, version: ^1.0 } }
`;
  expect(await complaints(text('acme'))).toEqual([]);
  expect(await complaints(text('acne'))).toEqual([
    'config-unknown-provider m3forge.yaml:9:43 There is no provider "acne" for this.',
  ]);
  expect(await complaints(text('http'))).toHaveLength(1);
});

test('what a plan rests on holds the bucket and no key', async () => {
  const config = await loaded(
    s3(`region: eu-central-1\n  access_key_id: "\${env.A}"\n  secret_access_key: "\${env.B}"`),
  );
  expect(config.targets.get('dev')?.slice.backups).toEqual({
    provider: 's3',
    bucket: 'acme-backups',
    region: 'eu-central-1',
  });
});
