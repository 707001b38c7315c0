import { expect, test } from 'vitest';
import { secretsIn } from '../../engine/config/index.ts';
import { load, loaded } from './project.ts';

const configuration = (type: string, http: string): string =>
  `version: 1
project: x
state: { database: embedded }
environments: { e: { type: ${type} } }
targets:
  t:
    environment: e
    version: latest
    smoke_tests:
      - { name: a, http: ${http} }
`;

const unverified = '{ url: "https://h/status", verify_ssl: false }';

test('in production every server proves who it is', async () => {
  const outcome = await load(configuration('production', unverified));
  expect(outcome).toMatchObject({ ok: false, diagnostics: [{ severity: 'error', code: 'config-tls-unverified' }] });
  expect(outcome.diagnostics[0]?.range?.start).toMatchObject({ line: 10 });
});

test.each(['development', 'staging'])('in %s one that need not is worth a warning', async (type) => {
  expect(await load(configuration(type, unverified))).toMatchObject({
    ok: true,
    diagnostics: [{ severity: 'warning', code: 'config-tls-unverified' }],
  });
});

test('verification is on where nothing else is said, and any answer will do', async () => {
  const config = await loaded(configuration('production', '{ url: "https://h/status" }'));
  const [smokeTest] = config.targets.get('t')?.smokeTests ?? [];
  expect(smokeTest).toEqual({
    name: 'a',
    timeoutSeconds: 60,
    kind: 'http',
    url: 'https://h/status',
    expectStatus: 200,
    verifyTls: true,
  });
});

test('what an answer must hold is part of what the plan rests on, and so is who is trusted', async () => {
  const { targets } = await loaded(
    configuration('staging', '{ url: "http://h/", expect_json: { status: ok, n: [1] }, verify_ssl: false }'),
  );
  expect(targets.get('t')?.slice).toMatchObject({
    target: { smoke_tests: [{ http: { expect_json: { status: 'ok', n: [1] }, verify_ssl: false } }] },
  });
});

test.each(['expect_json: [ok]', 'expect_json: ok', 'verify_ssl: maybe'])('%s is refused', async (key) => {
  expect(await load(configuration('staging', `{ url: "http://h/", ${key} }`))).toMatchObject({ ok: false });
});

test('a token in a URL is a secret of the configuration, and stands in no plan', async () => {
  const config = await loaded(
    configuration('staging', '{ url: "http://h/?at=noon&access_token=hunter%2B2&key=hunter3" }'),
  );
  expect(secretsIn(config).map((secret) => secret.reveal())).toEqual(['hunter%2B2', 'hunter+2', 'hunter3']);
  expect(JSON.stringify(config.targets.get('t')?.slice)).toContain('http://h/?at=noon&access_token=***&key=***');
});
