import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { refusalOf } from '../http/loopback.ts';
import { checkOrder, openProvider } from '../support/opened-provider.ts';
import { providerSource } from '../support/third-party.ts';

/** Starts a process that lasts, holds the provider's own streams and a line to the test, and is told by its number. */
const lasting = `
  const { spawn } = await import('node:child_process');
  const { once } = await import('node:events');
  const { connect } = await import('node:net');
  const line = connect(options.port, '127.0.0.1');
  await once(line, 'connect');
  const child = spawn('sleep', ['600'], { stdio: ['ignore', 'inherit', 'inherit', line], detached: options.leaves });
  line.write(String(child.pid));
`;

const hanging = providerSource('', `${lasting}\n return new Promise(() => {});`);
const answering = providerSource('', `${lasting}\n return { passed: true, detail: 'seen' };`);

/** Where a line leads to: what is said on it, and when nobody holds it any more. */
const listen = async () => {
  const server = createServer();
  const called = once(server, 'connection').then(([socket]: Socket[]) => {
    if (!socket) throw new Error('nobody called');
    return { said: once(socket, 'data').then(String), left: once(socket, 'close') };
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, called };
};

test('what a hanging check has started is ended with it', async () => {
  const { port, called } = await listen();
  const opened = await openProvider(hanging);
  const order = checkOrder(50, { port, leaves: false });
  const check = await opened.check();
  expect((await refusalOf(check.run(order))).code).toBe('provider-timeout');
  await opened[Symbol.asyncDispose]();
  await (await called).left;
});

test('what a check has started and left behind is ended with the command', async () => {
  const { port, called } = await listen();
  const opened = await openProvider(answering);
  const check = await opened.check();
  expect(await check.run(checkOrder(undefined, { port, leaves: false }))).toMatchObject({ passed: true });
  await opened[Symbol.asyncDispose]();
  await (await called).left;
});

test('a process that has left the group holds the streams of its provider, and keeps nobody waiting', async () => {
  const { port, called } = await listen();
  const opened = await openProvider(hanging);
  const check = await opened.check();
  expect((await refusalOf(check.run(checkOrder(50, { port, leaves: true })))).code).toBe('provider-timeout');
  await opened[Symbol.asyncDispose]();
  const { said, left } = await called;
  process.kill(Number(await said), 'SIGKILL');
  await left;
});
