import { expect, test } from 'vitest';
import { checkSchema, parseJson } from '../../engine/documents/index.ts';
import type { Notice } from '../../engine/provider/index.ts';
import { type JsonObject, visible } from '../../engine/values/index.ts';
import { pagerduty } from '../../providers/pagerduty/index.ts';
import { naughtyStrings } from '../hostile/naughty-strings.ts';
import { refusalOf } from '../http/loopback.ts';
import { noticeWith, openNotifier, patient } from '../support/notices.ts';
import { valueIn } from '../support/project.ts';
import { answering, startReceiver } from '../support/receiver.ts';

const key = 'e93facc04764012d7bfb002500d5d1a6';

const object = (required: readonly string[], properties: JsonObject): JsonObject => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

const text = { type: 'string' } as const;
const summary = { type: 'string', minLength: 1, maxLength: 1024 } as const;
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$' } as const;

/** What PagerDuty's OpenAPI document and guide of the Events API v2 say of the two requests, with the limits of the guide. */
const contracts: Readonly<Record<string, JsonObject>> = {
  '/v2/enqueue': object(['routing_key', 'event_action', 'dedup_key'], {
    routing_key: text,
    event_action: { enum: ['trigger', 'acknowledge', 'resolve'] },
    dedup_key: { type: 'string', maxLength: 255 },
    client: text,
    payload: object(['summary', 'severity', 'source'], {
      summary,
      source: text,
      severity: { enum: ['critical', 'warning', 'error', 'info'] },
      timestamp: time,
      component: text,
      group: text,
      class: text,
      custom_details: { type: 'object' },
    }),
  }),
  '/v2/change/enqueue': object(['routing_key', 'payload'], {
    routing_key: text,
    payload: object(['summary'], { summary, source: text, timestamp: time, custom_details: { type: 'object' } }),
    links: { type: 'array' },
  }),
};

/** What the contract of its path does not allow in a request. */
const faultsOf = async (path: string, body: string): Promise<readonly string[]> => {
  const contract = contracts[path];
  if (!contract) return [`there is no ${path}`];
  const value = JSON.parse(body) as { readonly event_action?: string; readonly payload?: unknown };
  const lacks = value.event_action === 'trigger' && value.payload === undefined ? ['a trigger needs a payload'] : [];
  const found = await checkSchema(contract, valueIn(parseJson({ filename: 'body', text: body })));
  return [...lacks, ...found.map(({ detail }) => detail)];
};

/** What is sent of a notice: path, action and body of each request, each of them allowed. */
const sent = async (changes: Partial<Notice>) => {
  await using receiver = await startReceiver();
  receiver.answer = answering(202, '{"status":"success","message":"Event processed"}');
  const options = { routing_key: key, url: receiver.url };
  await openNotifier(pagerduty, options).send({ notice: noticeWith(changes), ...patient() });
  for (const { path, body } of receiver.received) expect(await faultsOf(path, body)).toEqual([]);
  return receiver.received.map(({ path, body }) => ({ path, body: JSON.parse(body) }));
};

test('a failure is an alert with the key of its target', async () => {
  expect(await sent({})).toEqual([
    {
      path: '/v2/enqueue',
      body: {
        routing_key: key,
        dedup_key: 'm3forge/invoices/production',
        event_action: 'trigger',
        client: 'm3forge',
        payload: {
          summary: 'production: The release of v1.3.0 failed',
          source: 'invoices',
          severity: 'error',
          timestamp: '2026-11-28T02:00:00.000Z',
          class: 'release.failed',
          custom_details: {
            target: 'production',
            version: 'v1.3.0',
            event: 'release.failed',
            details: 'The smoke test "extract" failed.',
            commands: 'm3forge logs 48d6b786',
          },
        },
      },
    },
  ]);
  expect(await sent({ tone: 'alarm' })).toMatchObject([{ body: { payload: { severity: 'critical' } } }]);
});

test('the next success resolves it, and is a change', async () => {
  const success = { type: 'release.succeeded', tone: 'success', title: 'production runs v1.3.0' } as const;
  const alert = { key: 'm3forge/invoices/production', action: 'close' } as const;
  expect(await sent({ ...success, alert })).toMatchObject([
    { path: '/v2/enqueue', body: { event_action: 'resolve', dedup_key: 'm3forge/invoices/production' } },
    { path: '/v2/change/enqueue', body: { payload: { summary: 'production runs v1.3.0', source: 'invoices' } } },
  ]);
});

test('what is neither good nor bad is a change, which calls nobody', async () => {
  expect(await sent({ type: 'hold.added', tone: 'news', alert: undefined })).toMatchObject([
    { path: '/v2/change/enqueue' },
  ]);
});

test('whatever people write, it stays a request that PagerDuty takes', async () => {
  const { compose } = openNotifier(pagerduty, { routing_key: key });
  for (const one of [...naughtyStrings, 'x'.repeat(10_000), '🚀'.repeat(5000)].map(visible)) {
    const alert = { key: `m3forge/${one}/${one}`, action: 'open' } as const;
    for (const message of compose(noticeWith({ title: `t${one}`, text: one, project: one, alert }))) {
      const path = message.to.replace('POST https://events.pagerduty.com', '');
      expect(await faultsOf(path, message.body), JSON.stringify(one)).toEqual([]);
    }
  }
});

test('two targets whose names are long have two keys', () => {
  const { compose } = openNotifier(pagerduty, { routing_key: key });
  const keys = ['a', 'b'].map((end) => {
    const alert = { key: `${'x'.repeat(300)}${end}`, action: 'open' } as const;
    return JSON.parse(compose(noticeWith({ alert }))[0]?.body ?? '').dedup_key;
  });
  expect(new Set(keys).size).toBe(2);
});

test('what cannot be resolved is not told as a change either: the alert would stay open', async () => {
  await using receiver = await startReceiver();
  receiver.answer = answering(500);
  const alert = { key: 'k', action: 'close' } as const;
  const notifier = openNotifier(pagerduty, { routing_key: key, url: receiver.url });
  const refused = await refusalOf(notifier.send({ notice: noticeWith({ alert }), ...patient() }));
  expect(refused.code).toBe('notifier-unreachable');
  expect(receiver.received.map(({ path }) => path)).toEqual(['/v2/enqueue']);
});

test.each([
  [400, 'notifier-message-refused'],
  [403, 'notifier-denied'],
  [429, 'notifier-unreachable'],
])('HTTP %i is %s', async (status, code) => {
  await using receiver = await startReceiver();
  receiver.answer = answering(status, `{"status":"invalid event","errors":["${key}"]}`);
  const notifier = openNotifier(pagerduty, { routing_key: key, url: receiver.url }, key);
  const refused = await refusalOf(notifier.send({ notice: noticeWith(), ...patient() }));
  expect(refused.code).toBe(code);
  expect(refused.text).not.toContain(key);
});
