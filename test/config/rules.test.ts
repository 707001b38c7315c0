import { expect, test } from 'vitest';
import { codes, complaints, load } from './project.ts';

/** A configuration in order, up to the part that a test is about. */
const withEnvironments = (lines: string, state = 'embedded') =>
  `version: 1\nproject: x\nstate: { database: ${state} }\nenvironments:\n${lines}`;
const withTargets = (lines: string) => withEnvironments(`  dev: { type: development }\ntargets:\n${lines}`);

test('all problems of all kinds are said in one run, in the order of the file', async () => {
  const text = `version: 1
projekt: x
environments:
  development: { type: development, enabeld: true }
  staging: { type: stagin }
targets:
  dev: { environment: develpment, version: "1.2 or so", timeout_seconds: 5 }
  prod:
    environment: staging
    version: { from: dve }
    strategy: { type: canary }
`;
  expect(await complaints(text)).toEqual([
    'schema-unknown-key m3forge.yaml:2:1 There is no key `projekt`.',
    'schema-unknown-key m3forge.yaml:4:37 There is no key `enabeld` in `environments.development`.',
    'schema-not-one-of m3forge.yaml:5:20 `environments.staging.type` must be development, staging or production.',
    'config-unknown-environment m3forge.yaml:7:23 The target "dev" names the environment "develpment", which does not exist.',
    'config-invalid-version m3forge.yaml:7:44 "1.2 or so" is no version: write one such as v1.3.0, a range such as ^1.2, latest, or { from: TARGET }.',
    'schema-unknown-key m3forge.yaml:7:57 There is no key `timeout_seconds` in `targets.dev`.',
    'config-unknown-target m3forge.yaml:10:22 The target "prod" takes its version from "dve", which does not exist.',
    'config-not-available m3forge.yaml:11:5 `targets.prod.strategy` is known, but not available yet.',
  ]);
});

test.each<readonly [name: string, text: string, expected: string]>([
  ['names are slugs', withEnvironments('  Dev: { type: development, schema: dev }'), 'config-invalid-name 5:3'],
  [
    'schema names need no quotes',
    withEnvironments('  dev: { type: development, schema: "a b" }'),
    'config-invalid-schema-name 5:37',
  ],
  ['pg_ belongs to PostgreSQL', withEnvironments('  pg-dev: { type: development }'), 'config-invalid-schema-name 5:11'],
  [
    'information_schema too',
    withEnvironments('  a: { type: development, schema: information_schema }'),
    'config-invalid-schema-name 5:35',
  ],
  [
    'no place in the state',
    withEnvironments('  a: { type: development, schema: m3forge }'),
    'config-invalid-schema-name 5:35',
  ],
  [
    'two spellings',
    withEnvironments('  a: { type: development, database: { schema: x }, schema: y }'),
    'config-alias-conflict 5:60',
  ],
  [
    'two URLs',
    withEnvironments('  a: { type: development, database: embedded, database_url: "postgresql://h/x" }'),
    'config-alias-conflict 5:61',
  ],
  [
    'one place, two environments',
    withEnvironments('  a-b: { type: development }\n  a_b: { type: development }'),
    'config-shared-place 6:8',
  ],
  [
    'not a database',
    withEnvironments('  a: { type: development, database: "mysql://h/x" }'),
    'config-invalid-database 5:37',
  ],
  [
    'a laptop among servers',
    withEnvironments(`  a: { type: staging, database: "\${env.X}" }`),
    'config-state-on-laptop 5:23',
  ],
  [
    'no such expression',
    withEnvironments(`  a: { type: development, database: "\${var.X}" }`),
    'config-expression 5:37',
  ],
  [
    'an unfinished expression',
    withEnvironments(`  a: { type: development, database: "\${env.X" }`),
    'config-expression 5:37',
  ],
  [
    'expressions elsewhere',
    withEnvironments(`  a: { type: development, description: "\${env.X}" }`),
    'config-not-available 5:40',
  ],
  ['backups in the state', 'version: 1\nproject: x\nbackups: { path: .m3forge }', 'config-invalid-path 3:18'],
  ['globs that leave', 'version: 1\nproject: x\nsource: { workflows: [../*.json] }', 'config-invalid-path 3:23'],
  [
    'a smoke test without work',
    withTargets('  t: { environment: dev, version: latest, smoke_tests: [{ name: a }] }'),
    'config-smoke-test 7:57',
  ],
  [
    'a smoke test without URL',
    withTargets('  t: { environment: dev, version: latest, smoke_tests: [{ name: a, http: {} }] }'),
    'config-smoke-test 7:74',
  ],
  [
    'a URL of another kind',
    withTargets('  t: { environment: dev, version: latest, smoke_tests: [{ name: a, http: { url: "ftp://x" } }] }'),
    'config-smoke-test 7:81',
  ],
  ...['http://u:hunter2@h/x', 'http://u@h/x', 'http://', 'http://h:99999/x', 'no url'].map(
    (url) =>
      [
        `${url} in a smoke test`,
        withTargets(`  t: { environment: dev, version: latest, smoke_tests: [{ name: a, http: { url: "${url}" } }] }`),
        'config-smoke-test 7:81',
      ] as const,
  ),
  ...(
    [
      ['https://user:hunter2@host/x.git', 'source-url-secret'],
      ['ext::sh -c date', 'source-url-invalid'],
      ['http://host/x.git', 'source-url-invalid'],
    ] as const
  ).map(
    ([url, code]) =>
      [`the repository ${url}`, `version: 1\nproject: x\nsource: { repository: "${url}" }`, `${code} 3:23`] as const,
  ),
  ...['[', 'v[0-9', 'v{1,2', 'v!(1', 'v\\\\', ''].map(
    (glob) =>
      [
        `the version pattern "${glob}"`,
        `version: 1\nproject: x\nsource: { version_pattern: "${glob}" }`,
        'config-invalid-path 3:28',
      ] as const,
  ),
  [
    'a glob of workflows',
    'version: 1\nproject: x\nsource: { workflows: ["a/*.json", "b/[a.json"] }',
    'config-invalid-path 3:35',
  ],
])('%s', async (_name, text, expected) => {
  expect(JSON.stringify((await load(text)).diagnostics)).not.toContain('hunter2');
  expect(await codes(text)).toEqual([expected]);
});

test('a circle of versions is printed once', async () => {
  const text = withTargets(`  a: { environment: dev, version: { from: b } }
  b: { environment: dev, version: { from: c } }
  c: { environment: dev, version: { from: b } }
  d: { environment: dev, version: { from: d } }
`);
  expect(await complaints(text)).toEqual([
    'config-from-cycle m3forge.yaml:8:35 No target of this circle would ever get a version: b from c from b.',
    'config-from-cycle m3forge.yaml:10:35 No target of this circle would ever get a version: d from d.',
  ]);
});

test('two smoke tests of one target have two names, and only one way to run', async () => {
  const text = withTargets(`  t:
    environment: dev
    version: latest
    smoke_tests:
      - { name: a, run: x }
      - { name: a, run: x, http: { url: "http://x" } }
`);
  expect(await codes(text)).toEqual(['config-smoke-test 12:9', 'config-smoke-test 12:17']);
});

test('a smoke test that outlasts its release is worth a warning', async () => {
  const outcome = await load(
    withTargets(
      '  t: { environment: dev, version: latest, deployment: { timeout_seconds: 5 }, smoke_tests: [{ name: a, run: x }] }',
    ),
  );
  expect(outcome).toMatchObject({ ok: true, diagnostics: [{ severity: 'warning', code: 'config-smoke-test' }] });
});

test('a password in a URL is worth a warning that does not show it', async () => {
  const outcome = await load(
    withEnvironments(
      '  a: { type: production, database: "postgresql://u:hunter2@h/x" }',
      '"postgresql://h/s?password=hunter2"',
    ),
  );
  expect(outcome.ok && outcome.diagnostics.map(({ code }) => code)).toEqual([
    'config-literal-password',
    'config-literal-password',
  ]);
  expect(JSON.stringify(outcome.diagnostics)).not.toContain('hunter2');
});

test('a password in a list of keywords is not shown', async () => {
  const outcome = await load(
    withEnvironments('  a: { type: development, database: { url: "host=h password=hunter2" } }'),
  );
  expect(outcome.diagnostics.map(({ code }) => code)).toEqual(['config-invalid-database', 'config-literal-password']);
  expect(JSON.stringify(outcome.diagnostics)).not.toContain('hunter2');
});

test.each(['v[0-9].*.*', 'v{1,2}.*', 'v@(1|2).*', 'v\\\\[1', '{a,b)}', 'r[]]*', 'v*.*.*'])(
  'the pattern %s can be used',
  async (glob) => {
    expect(await codes(`version: 1\nproject: x\nsource: { version_pattern: "${glob}" }`)).toEqual([]);
  },
);

test.each([
  ['v1.0.0', 'v1.1.0', 'enabled: true', ['config-competing-targets 8:35']],
  ['v1.0.0', '1.0.0', 'enabled: true', []],
  ['v1.0.0', 'latest', 'enabled: true', []],
  ['v1.0.0', 'v1.1.0', 'enabled: false', []],
  ['v1.0.0', 'v1.1.0', 'schema: other', []],
])('%s and %s in one place, with %s', async (one, two, key, expected) => {
  const text = withTargets(
    `  a: { environment: dev, version: ${one} }\n  b: { environment: dev, version: ${two}, ${key} }`,
  );
  const outcome = await load(text);
  expect(outcome.ok).toBe(true);
  expect(await codes(text)).toEqual(expected);
});

test.each([
  ['timeout_seconds: 5', '`timeout_seconds` belongs into `targets.NAME.deployment`.'],
  ['enabled: true', '`enabled` belongs into `environments.NAME` or `targets.NAME`.'],
  [
    'targets: { t: { environment: dev, version: latest, fail_on_warnings: true } }',
    '`fail_on_warnings` belongs into `targets.t.gates.validation`.',
  ],
])('%s stands at the wrong level', async (line, hint) => {
  const { diagnostics } = await load(`version: 1\nproject: x\nenvironments: { dev: { type: development } }\n${line}\n`);
  expect(diagnostics).toMatchObject([{ code: 'schema-unknown-key', hint }]);
});

test('names that lead nowhere are answered with those that exist', async () => {
  const { diagnostics } = await load(withTargets('  t: { environment: elsewhere, version: { from: nobody } }'));
  expect(diagnostics.map(({ code, hint }) => `${code} ${hint}`)).toEqual([
    'config-unknown-environment There is `dev`.',
    'config-unknown-target There is `t`.',
  ]);
});

test('two targets may share the place of their environment', async () => {
  expect(
    await codes(
      withTargets(
        '  a: { environment: dev, version: latest }\n  b: { environment: dev, version: latest, schema: dev }',
      ),
    ),
  ).toEqual([]);
});

test('a target may not take the place of another environment', async () => {
  const text = withEnvironments(`  a: { type: development }
  b: { type: development }
targets:
  t: { environment: a, version: latest, schema: b }
`);
  expect(await codes(text)).toEqual(['config-shared-place 8:49']);
});

test('misspelt names are set right', async () => {
  const { diagnostics } = await load(
    withTargets(
      '  one: { environment: dve, version: latest }\n  two: { environment: dev, version: { from: oen } }\n  six: { environment: dev, version: latets }',
    ),
  );
  expect(diagnostics.map(({ hint }) => hint)).toEqual([
    'Did you mean `dev`?',
    'Did you mean `one`?',
    'Did you mean `latest`?',
  ]);
});
