import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandTable } from '../../engine/cli/command-table.ts';
import { createAuthority } from '../http/certificate.ts';
import { startMailServer } from '../support/mail-server.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { writeFiles } from '../support/third-party.ts';
import { type Call, lookAll, runAll } from './calls.ts';
import { Collection, encode, encodingNames } from './canaries.ts';
import { leakyProvider, leakyTest } from './leaky-provider.ts';
import { canaries, createSecretsProject, type SecretsProject, smokeTests, tellTale } from './project.ts';

const all = Object.values(canaries);
const development = ['--target', 'development'] as const;

const firstId = async ({ run }: SecretsProject, list: readonly string[]): Promise<string> => {
  const { output } = await run([...list, '--json'], { M3FORGE_LOG_LEVEL: 'silent' });
  const entries = JSON.parse(output) as readonly { readonly id: string }[];
  return entries[0]?.id ?? '';
};

const withTests = ({ configure }: SecretsProject, tests: string): void =>
  configure((text) =>
    text.replace(/version: \^1\.0.*$/m, `version: ^1.0${tests === '' ? '' : `, smoke_tests: [${tests}]`} }`),
  );

const ordinary: readonly Call[] = [
  [0, ['validate', '--ref', 'v1.2.0']],
  [0, ['validate', '--json']],
  [0, ['plan', ...development, '--version', 'v1.0.0', '--detail']],
  [0, ['apply', ...development, '--version', 'v1.0.0', '--yes']],
  [0, ['apply', ...development, '--version', 'v1.1.0', '--yes', '--json']],
  [0, ['plan', ...development, '--version', 'v1.3.0', '--out', 'p.json', '--json-into', 'q.json', '--detail']],
  [0, ['plan', ...development, '--version', 'v1.3.0', '--markdown-into', 'plan.md', '--json']],
  [0, ['show', 'p.json']],
  [0, ['show', 'p.json', '--json']],
  [0, ['show', 'p.json', '--markdown']],
  [0, ['backup', 'create', ...development]],
  [0, ['rollback', ...development, '--reason', 'a test', '--yes', '--json']],
  [0, ['version', 'deprecate', 'v1.2.0', '--reason', 'a test', '--json']],
  [0, ['changeset', 'create', 'Swept', '--description', 'a test', '--json']],
  // Its only version has what there is: the answer names what was typed.
  [6, ['changeset', 'add', 'Swept', '--commit', 'HEAD', '--json']],
  [6, ['changeset', 'ready', 'Swept', '--json']],
  [1, ['changeset', 'remove', 'Swept', '--pull-request', '1', '--reason', 'a test', '--json']],
  [0, ['hold', 'add', '--target', 'production', '--reason', 'a test', '--json']],
  [6, ['promote', '--from', 'development', '--to', 'production', '--version', 'v9.9.9', '--yes']],
  [0, ['hold', 'list']],
  [0, ['team', 'list', '--json']],
  [0, ['token', 'create', 'swept', '--for', 'somebody', '--environment', 'development']],
  [0, ['token', 'list', '--json']],
  [1, ['token', 'revoke', 'ffffffffffff', '--json']],
  [0, ['hold', 'lift', ...development, '--version', 'v1.1.0', '--reason', 'a test', '--json']],
];

const nobody = '00000000-0000-4000-8000-000000000000';

const looking: readonly Call[] = [
  [0, ['gates', 'run', '--json']],
  [0, ['gates', 'run', ...development, '--sarif-into', 'gates.sarif', '--junit-into', 'gates.xml']],
  [0, ['status']],
  [0, ['status', '--json']],
  [0, ['history', '--json']],
  [0, ['metrics']],
  [0, ['worker', '--once', '--json']],
  [0, ['simulate', '--at', '2099-11-29', '--json']],
  [0, ['metrics', '--json']],
  [0, ['drift', '--json']],
  [0, ['audit', 'list', '--json']],
  [0, ['audit', 'export', '--format', 'csv']],
  [0, ['version', 'list', '--json']],
  [0, ['version', 'show', 'v1.2.0', '--json']],
  [0, ['version', 'create', 'v1.9.0', '--dry-run', '--json']],
  [0, ['changeset', 'list', '--json']],
  [0, ['changeset', 'show', 'Swept', '--json']],
  [0, ['audit', 'report', '--standard', 'soc2']],
  [0, ['audit', 'report', '--standard', 'iso27001', '--json']],
  [0, ['lock', 'list', '--json']],
  // Nobody holds one: the answer names what was typed.
  [1, ['lock', 'release', '00000000-0000-4000-8000-000000000000', '--reason', 'none']],
  [0, ['hold', 'list', '--json']],
  [0, ['review', 'list', '--json']],
  // No emergency left anything to be reviewed: the answer names what was typed.
  [1, ['review', 'close', nobody, '--json']],
  [0, ['backup', 'list']],
  [0, ['backup', 'verify', '--full', '--json']],
  [0, ['state', 'list', '--json']],
  [0, ['state', 'show', 'version.v1.1.0', '--json']],
  [0, ['state', 'export']],
  [0, ['env', 'list', '--json']],
  [0, ['env', 'variables', 'development', '--json']],
  [0, ['graph']],
  [0, ['fmt', '--json']],
  [0, ['completion', 'bash']],
  [0, ['init', 'another-project']],
  [0, ['preview', '--base', 'v1.0.0', '--head', 'v1.2.0', '--state', '--detail', '--markdown-into', 'comment.md']],
  [0, ['preview', '--base', 'v1.0.0', '--head', 'v1.2.0', '--json', '--json-into', 'preview.json']],
  [0, ['ci', 'github', '--print']],
  [0, ['ci', 'gitea']],
  [0, ['doctor', '--json']],
  [1, ['state', 'forget', 'version.v9.9.9', '--yes']],
  // Nothing waits here: the answers name what was typed.
  ...['approve', 'explain', 'resume'].map((command): Call => [1, [command, nobody, '--json']]),
  ...['reject', 'cancel', 'retry'].map(
    (command): Call => [1, [command, nobody, '--reason', 'a test', ...(command === 'retry' ? ['--yes'] : [])]],
  ),
];

/** The failure of everything that knows a secret. */
const failures = (url: string): readonly Call[] => {
  const wrong = encodeURIComponent(canaries.wrongPassword.value);
  const elsewhere = (part: 'password' | 'port' | 'hostname', value: string): Readonly<Record<string, string>> => {
    const changed = new URL(url);
    changed.password = wrong;
    changed[part] = value;
    return { OTHER_URL: changed.href };
  };
  return [
    [1, ['status'], elsewhere('password', wrong)],
    [1, ['plan', '--json'], elsewhere('port', '1')],
    [1, ['apply', '--yes'], elsewhere('hostname', 'nowhere.invalid')],
    [1, ['history', '--json'], { OTHER_URL: `mysql://someone:${wrong}@127.0.0.1/x` }],
    [1, ['backup', 'list'], { OTHER_URL: `host=127.0.0.1 port=1 password='${canaries.query.value}'` }],
  ];
};

/** A gateway that repeats its token, asked for itself and before a release. */
const askGateway = async (project: SecretsProject, called: Set<string>, port: number): Promise<void> => {
  const gatewayToken = { GATEWAY_TOKEN_REPEATS: canaries.gateway.value };
  project.configure((text) => `${text}\ngateways: { repeats: { url: "http://127.0.0.1:${port}" } }\n`);
  project.configure((text) => text.replace(/version: \^1\.0/, 'gateways: [repeats], version: ^1.0'));
  await runAll(project, called, [
    [1, ['gateway', 'check'], gatewayToken],
    [1, ['gateway', 'check', '--json'], gatewayToken],
    [0, ['plan', ...development, '--version', 'v1.3.0', '--out', 's.json'], gatewayToken],
    [6, ['apply', ...development, '--version', 'v1.3.0', '--yes'], gatewayToken],
  ]);
  project.configure((text) => text.replace('gateways: [repeats], ', ''));
};

/** A provider of a third party that prints and throws what it is told. */
const tryProvider = async (project: SecretsProject, called: Set<string>): Promise<void> => {
  writeFiles(join(project.directory, 'leaky'), leakyProvider);
  project.configure((text) => `${text}\nproviders: { leaky: { path: leaky } }\n`);
  withTests(project, leakyTest);
  await runAll(project, called, [
    [0, ['providers', 'lock', '--json']],
    [0, ['providers', 'list', '--json']],
    [1, ['providers', 'test', 'leaky']],
    [8, ['apply', ...development, '--version', 'v1.3.0', '--yes', '--json']],
  ]);
  withTests(project, '');
};

/** A release that fails is told to four who take nothing, and repeat whatever they are told. */
const tellPeople = async (project: SecretsProject, called: Set<string>, port: number): Promise<void> => {
  const authority = createAuthority();
  const certificate = join(temporaryDirectory(), 'authority.pem');
  writeFileSync(certificate, authority.cert);
  await using mail = await startMailServer({ ...authority.issue(), login: { user: 'bot', pass: 'another' } });
  const variables = {
    NODE_EXTRA_CA_CERTS: certificate,
    SLACK_URL: `http://127.0.0.1:${port}/services/${canaries.slack.value}`,
    SMTP_URL: `smtp://bot:${encodeURIComponent(canaries.mail.value)}@127.0.0.1:${mail.port}`,
    PAGER_KEY: canaries.pager.value,
    WEBHOOK_URL: `http://127.0.0.1:${port}/told?access_token=${canaries.query.value}`,
    WEBHOOK_SECRET: canaries.signing.value,
  };
  const told = [
    `{ provider: slack, url: "\${env.SLACK_URL}" }`,
    `{ provider: email, url: "\${env.SMTP_URL}", from: a@example.com, to: [b@example.com] }`,
    `{ provider: pagerduty, routing_key: "\${env.PAGER_KEY}", url: "http://127.0.0.1:${port}" }`,
    `{ provider: webhook, url: "\${env.WEBHOOK_URL}", secret: "\${env.WEBHOOK_SECRET}" }`,
  ].join(', ');
  const key = `notifications: [${told}], `;
  project.configure((text) => text.replace(/version: \^1\.0/, `${key}version: ^1.0`));
  await runAll(project, called, [
    [8, ['apply', ...development, '--version', 'v1.2.0', '--yes'], variables],
    [1, ['notify', 'test', '--json'], variables],
    [0, ['notify', 'preview', ...development, '--event', 'failed', '--json'], variables],
    [1, ['notify', 'deliver'], variables],
    [0, ['notify', 'list', '--json']],
  ]);
  project.configure((text) => text.replace(key, ''));
};

/** A host of pull requests that repeats its token. */
const askHost = async (project: SecretsProject, called: Set<string>, port: number): Promise<void> => {
  const variables = { HOST_TOKEN: canaries.host.value };
  const key = `\nsource_control: { provider: gitea, repository: a/b, url: "http://127.0.0.1:${port}/api/v1", token: "\${env.HOST_TOKEN}" }\n`;
  project.configure((text) => text + key);
  await runAll(project, called, [
    [1, ['pr', 'list', '--unclaimed'], variables],
    [1, ['pr', 'show', '7', '--json'], variables],
    ...[['checks'], ['merge', '--yes', '--json']].map((words): Call => [1, ['pr', ...words, '7'], variables]),
  ]);
  project.configure((text) => text.replace(key, ''));
};

const swept = async (project: SecretsProject): Promise<ReadonlySet<string>> => {
  const called = new Set<string>();
  await runAll(project, called, ordinary);
  const port = await tellTale();

  // Smoke tests that print everything, and a server that repeats what it was asked.
  withTests(project, smokeTests.printing);
  await tellPeople(project, called, port);
  const printed = await firstId(project, ['history']);
  withTests(project, smokeTests.repeating(port));
  await runAll(project, called, [
    [0, ['hold', 'lift', ...development, '--version', 'v1.2.0', '--reason', 'again']],
    [8, ['apply', ...development, '--version', 'v1.2.0', '--yes', '--json']],
  ]);
  const repeated = await firstId(project, ['history']);
  await lookAll(project, called, [
    [0, ['plan', ...development, '--version', 'v1.3.0', '--out', 'r.json']],
    ...[printed, repeated].flatMap((id): readonly Call[] => [
      [0, ['logs', id]],
      [0, ['logs', id, '--json']],
      [0, ['show', id]],
      [0, ['show', id, '--json']],
    ]),
  ]);

  await askGateway(project, called, port);
  await askHost(project, called, port);

  // A bug, a crash and what ends it, a restore, a pruning.
  withTests(project, '');
  const backup = await firstId(project, ['backup', 'list']);
  await runAll(project, called, [
    [1, ['backup', 'create', ...development], { M3FORGE_FAILPOINTS: 'after-fence=throw' }],
    [
      9,
      ['apply', ...development, '--version', 'v1.3.0', '--yes'],
      { M3FORGE_FAILPOINTS: 'before-success-recorded=throw,before-return=throw' },
    ],
    [0, ['recover', '--json']],
    [0, ['apply', ...development, '--version', 'v1.3.0', '--yes', '--json']],
    [0, ['backup', 'restore', backup, ...development, '--yes', '--json']],
    [0, ['backup', 'prune', ...development, '--json']],
    [0, ['audit', 'anchor', 'anchors.jsonl', '--create', '--json']],
    [0, ['audit', 'verify', '--anchor', 'anchors.jsonl', '--json']],
  ]);
  await lookAll(project, called, looking);

  await tryProvider(project, called);

  // A state whose migration fails, and one that takes the place over.
  await project.database.execute('create schema broken');
  await project.database.execute('create table broken.place (taken integer)');
  project.configure((text) => text.replace(/state: \{ /, 'state: { schema: broken, '));
  await runAll(project, called, [[1, ['status', '--json']]]);
  project.configure((text) => text.replace('schema: broken', 'schema: other'));
  await runAll(project, called, [[0, ['state', 'import', ...development, '--yes', '--json']]]);
  return called;
};

test('no secret is in anything that any command prints, writes or stores', async () => {
  const project = await createSecretsProject();
  const called = await swept(project);
  // A new command fails here until it is called above.
  expect([...called].sort()).toEqual(commandTable.map(({ path }) => path).sort());

  const script = readFileSync(join(project.directory, 'm3forge'), 'utf8');
  const url = /STATE_URL='([^']+)'/.exec(script)?.[1] ?? '';
  project.configure((text) => text.replace(/state: \{.*\}/, `state: { database: "\${env.OTHER_URL}" }`));
  await lookAll(project, new Set(), failures(url));

  // What the configuration itself holds, in the lines that complaints about it show.
  const bucket = `backups: { provider: s3, bucket: acme-backups, access_key_id: A, secret_access_key: ${canaries.bucket.value} }`;
  project.configure((text) => `${text}\n${bucket}\n`);
  await runAll(project, new Set(), [[0, ['validate', '--json']]]);
  project.configure((text) =>
    text.replace(
      'version: { from: development }',
      `version: {{, smoke_tests: [{ name: x, http: { url: "http://u:${canaries.userinfo.value}@127.0.0.1/?access_token=${canaries.query.value}" } }]`,
    ),
  );
  await runAll(project, new Set(), [
    [3, ['validate', '--json']],
    [3, ['plan']],
  ]);

  await project.collectAll();
  expect(project.collected.bytes).toBeGreaterThan(100_000);
  expect(project.collected.find(all)).toEqual([]);
});

test('whatever is left in the open is found, in each of six encodings', () => {
  expect(encodingNames).toHaveLength(6);
  for (const { name, value } of all) {
    for (const encoding of encodingNames) {
      const collected = new Collection();
      collected.add('a log', `before ${encode(encoding, value)} after`);
      expect(collected.find(all)).toContain(`a log: ${name} in ${encoding}`);
    }
  }
});
