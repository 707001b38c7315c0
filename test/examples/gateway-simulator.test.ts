import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { blocksOf, commandsOf } from './documentation.ts';
import { repositoryRoot } from './project.ts';

test('the command of its README starts it on the loopback interface, and it says that it is no gateway', async () => {
  const [command] = blocksOf('examples/gateway-simulator/README.md').flatMap(commandsOf);
  const line = command?.line.replace('--port 51000', '--port 0') ?? '';
  const env = { PATH: `${dirname(process.execPath)}:${process.env.PATH}`, KEY: `mau_${'7'.repeat(54)}` };
  const child = spawn('bash', ['-c', `exec ${line}`], { cwd: repositoryRoot, env });
  try {
    const [said] = await once(child.stdout, 'data');
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(said))?.[0] ?? '';
    expect(String(said)).toMatch(/simulator .* It is no gateway\./);
    expect(await (await fetch(`${url}/status`)).json()).toMatchObject({ marie: { marie: '4.0.0' } });
    expect(await (await fetch(`${url}/api/deployments`)).text()).toContain('extract_executor');
  } finally {
    child.kill();
  }
  expect(await once(child, 'exit')).toEqual([0, null]);
});
