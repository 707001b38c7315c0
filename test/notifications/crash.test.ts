import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { FailpointName } from '../../engine/system/index.ts';
import type { Arrangement } from '../support/project.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { prepareProject, runCommand } from '../support/scenario.ts';

const variables = { WEBHOOK_SECRET: `whsec_${Buffer.from('s'.repeat(32)).toString('base64')}` };

const events = 'events: [succeeded, rolled_back, failed, recovered]';

/** The project of the scenarios, in which these are told how releases end. */
const prepare = async (arrangement: Arrangement, receivers: readonly Receiver[]): Promise<string> => {
  const directory = await prepareProject({ project: 'invoices' }, arrangement);
  const file = join(directory, 'm3forge.yaml');
  const sinks = receivers.map(
    ({ url }) => `{ provider: webhook, ${events}, url: "${url}", secret: "\${env.WEBHOOK_SECRET}" }`,
  );
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('version: ^1.0', `version: ^1.0, notifications: [${sinks.join(', ')}]`));
  return directory;
};

const apply = (version: string): string => `m3forge apply --target development --version ${version} --yes`;

const killAt = async (directory: string, point: FailpointName): Promise<void> => {
  const killed = await runCommand(apply('v1.0.0'), directory, {
    ...variables,
    M3FORGE_FAILPOINTS: `${point}=kill9`,
  });
  expect([point, killed.exit]).toEqual([point, 137]);
};

const typesIn = ({ received }: Receiver): readonly string[] => received.map(({ body }) => JSON.parse(body).type);

describe.each<Arrangement>(['embedded', 'schemas'])('who is killed loses nothing that is to be told (%s)', (on) => {
  test('between the end of a release and its telling', async () => {
    await using receiver = await startReceiver();
    const directory = await prepare(on, [receiver]);
    await killAt(directory, on === 'embedded' ? 'after-success-recorded' : 'after-lease-released');
    expect(receiver.received).toEqual([]);
    expect((await runCommand('m3forge notify list', directory)).output).toContain('release.succeeded');
    expect(await runCommand('m3forge recover', directory, variables)).toMatchObject({ exit: 0 });
    expect(typesIn(receiver)).toEqual(['release.succeeded']);
  });

  test('in the middle of a release: what recovery makes of it is told', async () => {
    await using receiver = await startReceiver();
    const directory = await prepare(on, [receiver]);
    await killAt(directory, 'after-intent');
    expect(await runCommand('m3forge recover', directory, variables)).toMatchObject({ exit: 0 });
    expect(typesIn(receiver)).toEqual(['release.recovered']);
    expect(JSON.parse(receiver.received[0]?.body ?? '').data).toMatchObject({ outcome: 'failed', active: null });
  });
});

test('who is killed when one of three has been told tells the others later, and nobody another message', async () => {
  await using first = await startReceiver();
  await using second = await startReceiver();
  await using third = await startReceiver();
  const receivers = [first, second, third];
  const directory = await prepare('schemas', receivers);
  const words = apply('v1.0.0').split(' ').slice(1);
  const env = { PATH: process.env.PATH ?? '', HOME: directory, CI: '1', M3FORGE_ACTOR: 'alice', ...variables };
  const child = spawn(join(directory, 'm3forge'), words, { cwd: directory, env, stdio: 'ignore' });
  let answered = 0;
  for (const receiver of receivers) {
    receiver.answer = (response) => {
      answered += 1;
      if (answered === 1) response.writeHead(200).end('ok', () => setImmediate(() => child.kill('SIGKILL')));
      // The others get no answer: they may have understood or not.
    };
  }
  await once(child, 'exit');
  for (const receiver of receivers) receiver.answer = (response) => void response.writeHead(200).end();
  expect(await runCommand('m3forge notify deliver', directory, variables)).toMatchObject({ exit: 0 });
  for (const { received } of receivers) {
    expect(received.length).toBeGreaterThan(0);
    expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  }
  const listed = await runCommand('m3forge notify list --delivered --json 2>/dev/null', directory);
  const states = JSON.parse(listed.output).map(({ state }: { readonly state: string }) => state);
  expect(states).toEqual(['delivered', 'delivered', 'delivered']);
});
