import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput } from '../../engine/cli/output.ts';
import { createRedactor } from '../../engine/values/index.ts';

const outputTo = (stdout: PassThrough) =>
  createOutput({ stdin: new PassThrough(), stdout, stderr: new PassThrough() }, createRedactor(), {
    ...{ env: () => undefined, noColor: true, quiet: false },
  });

test('what is printed waits for a reader that is slow, so that it does not pile up', async () => {
  const stdout = new PassThrough({ highWaterMark: 8 });
  const output = outputTo(stdout);
  expect(await output.taken()).toBe(true);
  output.result('more than eight characters');
  let isTaken = false;
  const waiting = output.taken().then((taken) => {
    isTaken = taken;
  });
  await Promise.resolve();
  expect(isTaken).toBe(false);
  stdout.resume();
  await waiting;
  expect(isTaken).toBe(true);
});

test('what is printed waits for no reader that went away', async () => {
  const stdout = new PassThrough({ highWaterMark: 8 });
  stdout.on('error', () => undefined);
  const output = outputTo(stdout);
  output.result('more than eight characters');
  const waiting = output.taken();
  stdout.destroy(new Error('EPIPE'));
  expect(await waiting).toBe(false);
  expect(await output.taken()).toBe(false);
});
