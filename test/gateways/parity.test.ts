import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { serve } from '../http/loopback.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { startGateway } from './estate.ts';

test('environments are compared by what their gateways run; one that does not answer is told, and keeps nothing back', async () => {
  await using staging = await startGateway();
  await using production = await startGateway({ version: '3.9.0' });
  const cwd = temporaryDirectory();
  writeFileSync(
    join(cwd, 'm3forge.yaml'),
    `version: 1
project: x
gateways:
  a: { url: "${staging.url}" }
  b: { url: "${production.url}" }
  silent: { url: "\${env.NOBODY_SET_THIS}" }
environments:
  staging: { type: staging, gateways: [a] }
  production: { type: production, gateways: [b, silent] }
  bare: { type: development }
`,
  );
  const compared = await run(['env', 'list', '--compare', 'staging', 'production'], { cwd });
  expect(compared.stdout.trim().split('\n')).toEqual([
    'what             staging  production',
    'gateway version  4.0.0    3.9.0, not known',
  ]);
  expect(compared.stderr).toMatch(/^╷ Warning: .*\[config-missing-variable\]$/m);
  expect(compared.exitCode).toBe(0);

  const without = await run(['env', 'list', '--compare', 'staging', 'bare', '--json'], { cwd });
  expect(JSON.parse(without.stdout)).toMatchObject({
    differences: [{ what: 'gateway version', left: '4.0.0', right: null }],
  });
});

test('whoever interrupts a comparison does not wait for a gateway that never answers', async () => {
  const interrupt = new AbortController();
  await using silent = await serve(() => interrupt.abort());
  const cwd = temporaryDirectory();
  writeFileSync(
    join(cwd, 'm3forge.yaml'),
    `version: 1
project: x
gateways: { silent: { url: "http://127.0.0.1:${silent.port}", timeout_ms: 600000 } }
environments: { staging: { type: staging, gateways: [silent] }, bare: { type: development } }
`,
  );
  const args = ['env', 'list', '--compare', 'staging', 'bare'];
  const { stdout } = await run(args, { cwd, system: { interrupted: interrupt.signal } });
  expect(stdout).toMatch(/^gateway version +not known +-$/m);
});
