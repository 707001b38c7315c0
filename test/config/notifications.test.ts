import { describe, expect, test } from 'vitest';
import { codes, complaints, load, loaded } from './project.ts';

const withNotifications = (lines: string, type = 'staging'): string => `version: 1
project: x
environments: { e: { type: ${type} } }
targets:
  t:
    environment: e
    version: latest
    notifications:
${lines}
`;

const slack = `{ provider: slack, url: "\${env.SLACK_URL}" }`;
const email = `{ provider: email, url: "\${env.SMTP_URL}", from: m3forge@example.com, to: [team@example.com] }`;
const pagerduty = `{ provider: pagerduty, routing_key: "\${env.KEY}" }`;
const webhook = `{ provider: webhook, url: "https://hooks.example.com/m3forge", secret: "\${env.SECRET}" }`;

const listed = (...entries: readonly string[]): string => entries.map((entry) => `      - ${entry}`).join('\n');

test('four providers are known, each with its own keys', async () => {
  const config = await loaded(withNotifications(listed(slack, email, pagerduty, webhook)));
  expect(config.targets.get('t')?.notifications.map(({ provider, options }) => [provider, options])).toEqual([
    ['slack', { url: `\${env.SLACK_URL}` }],
    ['email', { url: `\${env.SMTP_URL}`, from: 'm3forge@example.com', to: ['team@example.com'] }],
    ['pagerduty', { routing_key: `\${env.KEY}` }],
    ['webhook', { url: 'https://hooks.example.com/m3forge', secret: `\${env.SECRET}` }],
  ]);
});

test('without events everything is told; with some, these', async () => {
  const some = slack.replace(' }', ', events: [failed, rolled_back] }');
  const config = await loaded(withNotifications(listed(slack, some)));
  expect(config.targets.get('t')?.notifications.map(({ events }) => events)).toEqual([
    undefined,
    ['failed', 'rolled_back'],
  ]);
});

test.each<readonly [name: string, entry: string, expected: readonly string[]]>([
  ['no such provider', '{ provider: slak }', ['schema-not-one-of 9:21']],
  ['no provider', '{ events: [failed] }', ['schema-missing-key 9:9']],
  ['no such event', slack.replace(' }', ', events: [faild] }'), ['schema-not-one-of 9:62']],
  ['no event at all', slack.replace(' }', ', events: [] }'), ['schema-invalid-value 9:61']],
  ['no such key', slack.replace(' }', ', channel: x }'), ['schema-unknown-key 9:53']],
  ['a key that is missing', '{ provider: slack }', ['config-notification 9:9']],
  [
    'two keys that are missing',
    `{ provider: email, url: "\${env.A}" }`,
    ['config-notification 9:9', 'config-notification 9:9'],
  ],
  ['a key of another provider', slack.replace(' }', ', to: [a@example.com] }'), ['config-notification 9:57']],
  ['nobody to write to', email.replace('[team@example.com]', '[]'), ['schema-invalid-value 9:83']],
  ['an address that is none', email.replace('team@example.com', 'team'), ['config-notification 9:84']],
  [
    'two addresses in one',
    email.replace('team@example.com', '"a@example.com, b@example.com"'),
    ['config-notification 9:84'],
  ],
  [
    'a sender with a line break',
    email.replace('m3forge@example.com', '"a@example.com\\nBcc: b@example.com"'),
    ['config-notification 9:58'],
  ],
  ['an expression that nobody resolves', slack.replace('env.', 'var.'), ['config-expression 9:33']],
  ['a URL of another kind', webhook.replace('https:', 'ftp:'), ['config-notification 9:35']],
  ['a URL with a user', webhook.replace('https://', 'https://me@'), ['config-notification 9:35']],
  ['no mail server', email.replace(`"\${env.SMTP_URL}"`, '"https://example.com"'), ['config-notification 9:33']],
  ['a mail server with options', email.replace(`"\${env.SMTP_URL}"`, '"smtp://h?a=b"'), ['config-notification 9:33']],
])('%s', async (_name, entry, expected) => {
  expect(await codes(withNotifications(listed(entry)))).toEqual(expected);
});

describe('a secret in the file', () => {
  test.each([
    slack.replace(`\${env.SLACK_URL}`, 'https://hooks.slack.com/services/T0/B0/hunter2'),
    email.replace(`\${env.SMTP_URL}`, 'smtps://bot:hunter2@example.com'),
    pagerduty.replace(`\${env.KEY}`, 'hunter2'),
    webhook.replace(`\${env.SECRET}`, 'whsec_hunter2'),
  ])('is an error that shows nothing of it: %s', async (entry) => {
    const outcome = await load(withNotifications(listed(entry)));
    expect(outcome.diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'error config-notification',
    ]);
    expect(JSON.stringify(outcome.diagnostics)).not.toContain('hunter2');
    expect(outcome.diagnostics[0]?.hint).toContain(`\${env.NAME}`);
  });

  test('is not shown by a complaint about something else on its line', async () => {
    const entry = slack.replace(`\${env.SLACK_URL}`, 'https://hooks.slack.com/services/T0/B0/hunter2');
    const outcome = await load(withNotifications(listed(entry.replace(' }', ', chanel: x }'))));
    expect(outcome.diagnostics).toHaveLength(2);
    expect(JSON.stringify(outcome.diagnostics)).not.toContain('hunter2');
  });
});

test('what is sent over plain HTTP in production can be read on the way', async () => {
  const plain = webhook.replace('https:', 'http:');
  const outcome = await load(withNotifications(listed(plain), 'staging'));
  expect(outcome.diagnostics).toEqual([]);
  const text = `${withNotifications(listed(plain), 'production')}state: { database: "\${env.S}" }\n`.replace(
    'type: production',
    `type: production, database: "\${env.P}"`,
  );
  expect((await load(text)).diagnostics).toMatchObject([{ severity: 'warning', code: 'config-tls-unverified' }]);
  const local = text.replace('hooks.example.com', '127.0.0.1:8080');
  expect((await load(local)).diagnostics).toEqual([]);
});

test('an alert that nothing closes is worth a warning', async () => {
  const said = async (events: string) =>
    (await load(withNotifications(listed(pagerduty.replace(' }', `, events: [${events}] }`))))).diagnostics;
  expect(await said('started, failed')).toMatchObject([{ severity: 'warning', code: 'config-notification' }]);
  expect(await said('failed, succeeded')).toEqual([]);
  expect(await said('hold_added')).toEqual([]);
});

test('what is wrong is said with what would be right', async () => {
  const [said] = await complaints(
    withNotifications(listed(`{ provider: webhook, routing_key: "\${env.A}", url: "https://h/x" }`)),
  );
  expect(said).toBe('config-notification m3forge.yaml:9:9 "webhook" needs `secret`.');
});
