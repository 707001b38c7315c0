import { expect, test } from 'vitest';
import { checkSchema, parseJson } from '../../engine/documents/index.ts';
import { type JsonObject, visible } from '../../engine/values/index.ts';
import { slack } from '../../providers/slack/index.ts';
import { naughtyStrings } from '../hostile/naughty-strings.ts';
import { refusalOf } from '../http/loopback.ts';
import { noticeWith, openNotifier, patient } from '../support/notices.ts';
import { valueIn } from '../support/project.ts';
import { answering, startReceiver } from '../support/receiver.ts';

const plainText = (maxLength: number): JsonObject => ({
  type: 'object',
  required: ['type', 'text'],
  additionalProperties: false,
  properties: {
    type: { const: 'plain_text' },
    text: { type: 'string', minLength: 1, maxLength },
    emoji: { type: 'boolean' },
  },
});

const block = (type: string, properties: JsonObject): JsonObject => ({
  type: 'object',
  required: ['type', ...Object.keys(properties)],
  additionalProperties: false,
  properties: { type: { const: type }, ...properties },
});

/** What Slack's reference of Block Kit allows of the blocks that are used, with its limits. */
const blockKit: JsonObject = {
  type: 'object',
  required: ['text', 'blocks'],
  additionalProperties: false,
  properties: {
    text: { type: 'string', minLength: 1, maxLength: 40_000 },
    blocks: {
      type: 'array',
      minItems: 1,
      maxItems: 50,
      items: {
        oneOf: [
          block('header', { text: plainText(150) }),
          block('section', { text: plainText(3000) }),
          block('section', { fields: { type: 'array', minItems: 1, maxItems: 10, items: plainText(2000) } }),
          block('context', { elements: { type: 'array', minItems: 1, maxItems: 10, items: plainText(2000) } }),
        ],
      },
    },
  },
};

const problems = async (body: string): Promise<readonly string[]> =>
  (await checkSchema(blockKit, valueIn(parseJson({ filename: 'body', text: body })))).map(({ detail }) => detail);

test('a message is what Block Kit allows', async () => {
  await using receiver = await startReceiver();
  const url = `${receiver.url}/services/T0/B0/secret`;
  await openNotifier(slack, { url }).send({ notice: noticeWith(), ...patient() });
  const [received] = receiver.received;
  expect(received?.path).toBe('/services/T0/B0/secret');
  expect(received?.headers).toMatchObject({
    'content-type': 'application/json',
    'idempotency-key': noticeWith().id,
  });
  expect(await problems(received?.body ?? '')).toEqual([]);
  expect(JSON.parse(received?.body ?? '')).toMatchObject({
    text: '✗ production: The release of v1.3.0 failed',
    blocks: [
      { type: 'header', text: { text: '✗ production: The release of v1.3.0 failed' } },
      { type: 'section', fields: [{ text: 'target\nproduction' }, { text: 'version\nv1.3.0' }] },
      { type: 'section', text: { text: 'The smoke test "extract" failed.\nm3forge logs 48d6b786' } },
      { type: 'context' },
    ],
  });
});

test('whatever people write, it stays a message that Slack takes, and calls nobody', async () => {
  const { compose } = openNotifier(slack, { url: 'https://hooks.slack.com/services/x' });
  const long = 'x'.repeat(10_000);
  for (const text of [...naughtyStrings, long, '<!channel> & <@U1>', '', '🚀'.repeat(5000)].map(visible)) {
    const facts = Array.from({ length: 12 }, (_, index) => [`fact ${index}`, text] as const);
    const [message] = compose(noticeWith({ title: `t ${text}`, text, facts, project: text, commands: [] }));
    expect(await problems(message?.body ?? ''), JSON.stringify(text)).toEqual([]);
    // Outside of plain text, these begin a mention.
    expect(JSON.parse(message?.body ?? '').text).not.toMatch(/[<>]/);
  }
});

test.each([
  [400, 'invalid_payload', 'notifier-message-refused'],
  [403, 'invalid_token', 'notifier-denied'],
  [404, 'no_service', 'notifier-denied'],
  [410, 'channel_is_archived', 'notifier-denied'],
  [429, '', 'notifier-unreachable'],
  [500, 'rollup_error', 'notifier-unreachable'],
])('HTTP %i "%s" is %s', async (status, said, code) => {
  await using receiver = await startReceiver();
  receiver.answer = answering(status, said);
  const url = `${receiver.url}/services/T0/B0/hunter2`;
  const refused = await refusalOf(openNotifier(slack, { url }).send({ notice: noticeWith(), ...patient() }));
  expect(refused.code).toBe(code);
  expect(refused.text).toContain(said);
  expect(refused.text).not.toContain('hunter2');
});
