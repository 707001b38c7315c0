import { createHmac, timingSafeEqual } from 'node:crypto';
import { expect, test } from 'vitest';
import { webhook } from '../../providers/webhook/index.ts';
import { signedHeaders } from '../../providers/webhook/signing.ts';
import { refusalOf } from '../http/loopback.ts';
import { noticeWith, openNotifier, patient } from '../support/notices.ts';
import { answering, type Received, silentPort, startReceiver } from '../support/receiver.ts';

const secretOf = (letter: string): string => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;
const secret = secretOf('s');

/** Whether a receiver that knows this secret takes it: Standard Webhooks, written here once more, with Node's own HMAC. */
const isSigned = ({ headers, body }: Received, known: string, now = Date.now()): boolean => {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`]);
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(known.replace('whsec_', ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  return String(signatures)
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .some((one) => {
      const given = Buffer.from(one.slice('v1,'.length), 'base64');
      return given.length === expected.length && timingSafeEqual(given, expected);
    });
};

test('what arrives is signed, and says what happened', async () => {
  await using receiver = await startReceiver();
  const notice = noticeWith();
  await openNotifier(webhook, { url: `${receiver.url}/m3forge`, secret }).send({ notice, ...patient() });
  const [received] = receiver.received;
  if (!received) throw new Error('nothing arrived');
  expect(isSigned(received, secret)).toBe(true);
  expect(isSigned(received, secretOf('x'))).toBe(false);
  expect(isSigned({ ...received, body: received.body.replace('v1.3.0', 'v1.3.1') }, secret)).toBe(false);
  expect(isSigned(received, secret, Date.now() + 600_000)).toBe(false);
  expect(received.path).toBe('/m3forge');
  expect(received.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': `msg_${notice.id}` });
  expect(JSON.parse(received.body)).toEqual({
    type: 'release.failed',
    timestamp: '2026-11-28T02:00:00.000Z',
    data: {
      project: 'invoices',
      title: 'production: The release of v1.3.0 failed',
      target: 'production',
      version: 'v1.3.0',
    },
  });
});

test('while a secret is changed, receivers with the old one and with the new one both take it', async () => {
  await using receiver = await startReceiver();
  const both = `${secretOf('n')} ${secretOf('o')}`;
  await openNotifier(webhook, { url: receiver.url, secret: both }).send({ notice: noticeWith(), ...patient() });
  for (const known of ['n', 'o'].map(secretOf))
    expect(receiver.received.every((one) => isSigned(one, known))).toBe(true);
});

test('a message that is sent again has its id, and a time and signature of its own', async () => {
  await using receiver = await startReceiver();
  const notifier = openNotifier(webhook, { url: receiver.url, secret });
  for (const _ of [1, 2]) await notifier.send({ notice: noticeWith(), ...patient() });
  expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(receiver.received.every((one) => isSigned(one, secret))).toBe(true);
});

test('the signature is that of the example everybody knows', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at: new Date(1_614_265_330_000),
    body: '{"test": 2432232314}',
  };
  expect(signedHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', message)).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test.each([
  [401, 'notifier-denied'],
  [404, 'notifier-denied'],
  [410, 'notifier-denied'],
  [302, 'notifier-denied'],
  [400, 'notifier-message-refused'],
  [422, 'notifier-message-refused'],
  [429, 'notifier-unreachable'],
  [500, 'notifier-unreachable'],
  [503, 'notifier-unreachable'],
])('HTTP %i is %s', async (status, code) => {
  await using receiver = await startReceiver();
  receiver.answer = answering(status, 'no\nmore of it');
  const sending = openNotifier(webhook, { url: receiver.url, secret }).send({ notice: noticeWith(), ...patient() });
  const refused = await refusalOf(sending);
  expect(refused.code).toBe(code);
  expect(refused.text).toContain(`HTTP ${status}: no)`);
  expect(receiver.received).toHaveLength(1);
});

test('nobody is followed elsewhere', async () => {
  await using elsewhere = await startReceiver();
  await using receiver = await startReceiver();
  receiver.answer = (response) => void response.writeHead(307, { location: `${elsewhere.url}/` }).end();
  const sending = openNotifier(webhook, { url: receiver.url, secret }).send({ notice: noticeWith(), ...patient() });
  expect((await refusalOf(sending)).code).toBe('notifier-denied');
  expect(elsewhere.received).toEqual([]);
});

test('what a receiver repeats of a secret is shown without it', async () => {
  await using receiver = await startReceiver();
  receiver.answer = answering(500, `known: ${secret}`);
  const sending = openNotifier(webhook, { url: receiver.url, secret }, secret).send({
    notice: noticeWith(),
    ...patient(),
  });
  const { text } = await refusalOf(sending);
  expect(text).toContain('known: ***');
  expect(text).not.toContain(secret);
});

test.each(['', 'hunter2', 'whsec_', 'whsec_c2hvcnQ=', 'whsec_not base64', `${secret} hunter2`])(
  '"%s" is no secret, and nothing is sent',
  async (wrong) => {
    await using receiver = await startReceiver();
    const sending = openNotifier(webhook, { url: receiver.url, secret: wrong }).send({
      notice: noticeWith(),
      ...patient(),
    });
    const { code, text } = await refusalOf(sending);
    expect(code).toBe('notifier-options');
    expect(text).not.toContain('hunter2');
    expect(receiver.received).toEqual([]);
  },
);

test('a port on which nobody listens is said', async () => {
  const port = await silentPort();
  const sending = openNotifier(webhook, { url: `http://127.0.0.1:${port}/`, secret }).send({
    notice: noticeWith(),
    ...patient(),
  });
  expect(await refusalOf(sending)).toMatchObject({
    code: 'http-unreachable',
    text: expect.stringContaining(`127.0.0.1:${port} cannot be reached (ECONNREFUSED)`),
  });
});

test('what is shown of it beforehand is what is sent, but for time and signature', async () => {
  await using receiver = await startReceiver();
  const notifier = openNotifier(webhook, { url: receiver.url, secret });
  await notifier.send({ notice: noticeWith(), ...patient() });
  const [message] = notifier.compose(noticeWith());
  expect(message?.body).toBe(receiver.received[0]?.body);
  expect(message?.headers['webhook-id']).toBe(receiver.received[0]?.headers['webhook-id']);
});
