import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOf } from '../../engine/diagnostics/index.ts';
import type { JsonValue } from '../../engine/values/index.ts';
import { pathsIn, withValue } from '../support/any-place.ts';
import { load } from './project.ts';

/** One of everything that a configuration may hold now. */
const valid: JsonValue = {
  version: 1,
  project: 'x',
  include: [],
  state: { database: 'embedded', path: '.m3forge', schema: 'm3forge' },
  source: {
    repository: '.',
    version_pattern: 'v*',
    include_prerelease: false,
    workflows: ['w/*.json'],
    agents: ['a/*'],
  },
  gateways: {
    g: {
      name: 'G',
      url: 'http://127.0.0.1:1/g',
      token: `\${env.T}`,
      health_check: { path: '/h' },
      timeout_ms: 1,
      verify_ssl: true,
      weight: 0,
      region: 'r',
      publish: 'never',
      reload: { path: '/r' },
      environment: 'dev',
    },
  },
  environments: {
    dev: {
      type: 'development',
      display_name: 'D',
      description: 'd',
      database: { url: 'embedded', schema: 'dev' },
      gateways: ['g', { id: 'h', url: 'http://127.0.0.1:2', weight: 1 }],
      load_balancing: 'weighted',
    },
    two: {
      type: 'staging',
      database_url: 'embedded?schema=two',
      enabled: true,
      require_approval: false,
      gateway_id: 'i',
      gateway_url: 'http://127.0.0.1:3',
      health_check_url: 'http://127.0.0.1:3/h',
      verify_ssl: true,
    },
  },
  targets: {
    one: {
      environment: 'dev',
      version: 'v1.0.0',
      notifications: [
        { provider: 'webhook', events: ['failed'], url: 'https://example.com/', secret: `\${env.S}` },
        { provider: 'email', url: `\${env.M}`, from: 'a@example.com', to: ['b@example.com'] },
      ],
      type: 'auto_deploy',
      database: 'embedded',
      schema: 'dev',
      deployment: { timeout_seconds: 60, require_backup: true, max_deletes: 1, on_failure: 'keep', in_flight: 'keep' },
      gates: { validation: { enabled: true, check_jsonpath: false } },
      smoke_tests: [
        { name: 'a', run: 'x', timeout_seconds: 1 },
        { name: 'b', http: { url: 'http://h/x', expect_status: 200 } },
        { name: 'c', http: { path: '/x', expect_json: {} } },
        { name: 'd', invoke: { workflow: 'w', input: {}, queue: 'q' } },
      ],
    },
    two: { environment: 'two', version: { from: 'one' } },
  },
  backups: { provider: 'filesystem', path: 'b', retention: { keep_last: 1, max_age_days: 1 } },
};

test('the configuration that the others are made from is in order', async () => {
  expect((await load(JSON.stringify(valid))).diagnostics).toEqual([]);
});

test('whatever stands at any one place, it is a configuration or a list of problems, and never a crash', async () => {
  const key = fc.constantFrom(
    ...['from', 'url', 'schema', 'run', 'http', 'name', 'environment', 'version', 'toString', ''],
  );
  const odd = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>,
    fc.constantFrom<JsonValue>(null, [], {}, '', 0, '[', 'latest', '^1', [null], [{}], `\${env.X}`, 'a://b:c@d'),
    fc.dictionary(
      key,
      fc.oneof(fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<JsonValue>, fc.constantFrom('dev', 'one')),
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...pathsIn(valid)), odd, async (path, put) => {
      const outcome = await load(JSON.stringify(withValue(valid, path, put)));
      expect(outcome.ok).toBe(exitCodeOf(outcome.diagnostics) === 0);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['{ form: dev }', ['schema-unknown-key Did you mean `from`?']],
  ['{}', ['schema-missing-key ']],
  ['{ from: 3 }', ['schema-wrong-type Put it into quotes.']],
  ['{ from: dev, x: 1 }', ['schema-unknown-key ']],
  ['[]', ['schema-wrong-type ']],
  ['null', ['schema-wrong-type ']],
])('version: %s', async (version, expected) => {
  const { diagnostics } = await load(
    `version: 1\nproject: x\nenvironments: { e: { type: development } }\ntargets:\n  dev: { environment: e, version: latest }\n  two: { environment: e, version: ${version} }\n`,
  );
  expect(diagnostics.map(({ code, hint }) => `${code} ${hint ?? ''}`)).toEqual(expected);
  expect(exitCodeOf(diagnostics)).toBe(3);
});
