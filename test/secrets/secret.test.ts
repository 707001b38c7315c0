import { format, inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { Secret } from '../../engine/values/index.ts';

const value = 'hunter2-and-more';
const secret = new Secret(value);

test.each([
  ['String()', () => String(secret)],
  ['a template', () => `${secret}`],
  ['addition', () => `before ${''.concat(secret as unknown as string)}`],
  ['toString()', () => secret.toString()],
  ['toLocaleString()', () => secret.toLocaleString()],
  ['valueOf()', () => String(secret.valueOf())],
  ['join()', () => [secret, secret].join()],
  ['JSON', () => JSON.stringify({ secret, list: [secret] })],
  ['inspect()', () => inspect({ deep: [{ secret }] }, { depth: null })],
  ['inspect() of everything hidden', () => inspect(secret, { showHidden: true, customInspect: false, getters: true })],
  ['format()', () => format('%s %o %O %j %d', secret, secret, secret, secret, secret)],
  ['an error', () => inspect(new Error(`no: ${secret}`, { cause: secret }))],
  ['a spread', () => JSON.stringify({ ...secret })],
  ['an assignment', () => JSON.stringify(Object.assign({}, secret))],
  [
    'its keys and values',
    () => JSON.stringify([Reflect.ownKeys(secret), Object.values(secret), Object.entries(secret)]),
  ],
  ['a clone', () => inspect(structuredClone(secret), { showHidden: true })],
  ['a serialisation', () => serialize(secret).toString('latin1') + inspect(deserialize(serialize(secret)))],
])('%s does not show it', (_, show) => {
  expect(show()).not.toContain(value);
});

test('it is shown as ***, wherever it is shown as text', () => {
  expect([`${secret}`, JSON.stringify(secret), inspect(secret), format('%s', secret)]).toEqual([
    '***',
    '"***"',
    '***',
    '***',
  ]);
  expect(secret.reveal()).toBe(value);
});

test('it does not go to another thread', async () => {
  const { port1, port2 } = new MessageChannel();
  const arrived = new Promise((resolve) => port2.once('message', resolve));
  port1.postMessage(secret);
  expect(inspect(await arrived, { showHidden: true })).not.toContain(value);
  port1.close();
});
