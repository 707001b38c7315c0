import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { run } from '../cli/run.ts';
import { serve } from '../http/loopback.ts';
import { temporaryDirectory } from '../support/servers.ts';
import { startGateway, token } from './estate.ts';

const projectOf = (gateways: Readonly<Record<string, string>>, environments: string): string => {
  const directory = temporaryDirectory();
  const lines = Object.entries(gateways).map(([id, keys]) => `  ${id}: { ${keys} }`);
  writeFileSync(
    join(directory, 'm3forge.yaml'),
    `version: 1\nproject: x\ngateways:\n${lines.join('\n')}\nenvironments:\n${environments}\ntargets: { t: { environment: dev, version: latest } }\n`,
  );
  return directory;
};

/** Ports and times are those of this run. */
const plain = (text: string): string =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, '<address>')
    .replaceAll(/\b\d+ ms\b/g, '1 ms')
    .replaceAll(/ {2,}/g, '  ');

describe('m3forge gateway check', () => {
  test('is a table of health, version, executors, capacity and latency', async () => {
    await using one = await startGateway({ executors: ['extract_executor', 'ocr_executor'] });
    await using two = await startGateway();
    one.deployments.set('ocr_executor', 'NOT_SERVING');
    const cwd = projectOf(
      { one: `url: "${one.url}", region: eu-west-1`, two: `url: "${two.url}"` },
      '  dev: { type: development, gateways: [one, { id: two, weight: 0 }], load_balancing: round_robin }',
    );
    const { stdout, stderr, exitCode } = await run(['gateway', 'check'], { cwd, env: { GATEWAY_TOKEN_ONE: token } });
    expect(stderr).toBe('');
    expect(plain(stdout)).toBe(`gateway  environment  health  version  executors  capacity  latency  remarks
one  dev  ok  4.0.0  1 of 2 serving  0 of 2 used  1 ms  round robin, eu-west-1
two  dev  ok  4.0.0  1 of 1 serving  0 of 1 used  1 ms  drained, round robin, no token

  one: ocr_executor is NOT_SERVING
`);
    expect(exitCode).toBe(0);
  });

  test('one that its target drains is drained, and may run another version', async () => {
    await using one = await startGateway();
    await using two = await startGateway({ version: '3.9.0' });
    const cwd = temporaryDirectory();
    writeFileSync(
      join(cwd, 'm3forge.yaml'),
      `version: 1
project: x
gateways: { one: { url: "${one.url}" }, two: { url: "${two.url}" } }
environments: { dev: { type: development } }
targets: { t: { environment: dev, version: latest, gateways: [one, { id: two, weight: 0 }] } }
`,
    );
    const { stdout, exitCode } = await run(['gateway', 'check'], { cwd });
    expect(plain(stdout)).toMatch(/^two .*3\.9\.0 .*drained/m);
    expect(exitCode).toBe(0);
  });

  test('one that is drained in one environment serves in another, and is compared there alone', async () => {
    await using old = await startGateway({ version: '3.9.0' });
    await using one = await startGateway();
    const gateways = { old: `url: "${old.url}"`, one: `url: "${one.url}"` };
    const draining = '  dev: { type: development, gateways: [one, { id: old, weight: 0 }] }';
    const live = projectOf(gateways, `  prod: { type: staging, gateways: [old] }\n${draining}`);
    const apart = await run(['gateway', 'check'], { cwd: live });
    expect(apart).toMatchObject({ exitCode: 0, stdout: expect.not.stringContaining('drained') });
    const both = projectOf(gateways, `  prod: { type: staging, gateways: [old, one] }\n${draining}`);
    expect(await run(['gateway', 'check'], { cwd: both })).toMatchObject({ exitCode: 6 });
    // What the target has of them is drained.
    expect(await run(['gateway', 'check', '--target', 't'], { cwd: both })).toMatchObject({ exitCode: 0 });
  });

  test('as JSON it holds everything, for a program', async () => {
    await using one = await startGateway();
    const cwd = projectOf({ one: `url: "${one.url}"` }, '  dev: { type: development, gateways: [one] }');
    const { stdout } = await run(['gateway', 'check', '--target', 't', '--json'], {
      cwd,
      env: { GATEWAY_TOKEN_ONE: token },
    });
    expect(JSON.parse(stdout)).toEqual({
      format_version: '1.0',
      diagnostics: [],
      gateways: [
        {
          gateway: 'one',
          name: 'one',
          environments: ['dev'],
          targets: ['t'],
          region: null,
          weight: 100,
          load_balancing: null,
          healthy: true,
          health_path: '/status',
          version: '4.0.0',
          latency_ms: expect.any(Number),
          executors: [{ name: 'extract_executor', serving: true, status: 'SERVING', nodes: 1 }],
          capacity: {
            capacity: 1,
            used: 0,
            available: 1,
            slots: [{ name: 'extract_executor', capacity: 1, used: 0, available: 1 }],
          },
          token: 'accepted',
          planners: 0,
          unpublished: 'its POST /api/planners takes multipart/form-data, into which no plan fits',
        },
      ],
    });
  });

  test('says of each what is wrong, and asks the others all the same', async () => {
    await using one = await startGateway();
    await using old = await startGateway({ version: '3.9.0' });
    await using page = await serve((_, response) => response.writeHead(502).end('<html>'));
    const cwd = projectOf(
      {
        one: `url: "${one.url}"`,
        old: `url: "${old.url}"`,
        page: `url: "http://127.0.0.1:${page.port}"`,
        unset: `url: "\${env.NOBODY_SET_THIS}"`,
        broken: `url: "\${env.NO_URL}"`,
      },
      '  dev: { type: development, gateways: [one, old, page] }',
    );
    const env = { GATEWAY_TOKEN_ONE: token.replace('0', '1'), NO_URL: 'postgresql://me:hunter2@db' };
    const { stdout, stderr, exitCode } = await run(['gateway', 'check', '--json'], { cwd, env });
    const { gateways, diagnostics } = JSON.parse(stdout);
    expect(
      gateways.map(({ gateway, healthy, token: proof }: { gateway: string; healthy: boolean; token: string }) => [
        gateway,
        healthy,
        proof,
      ]),
    ).toEqual([
      ['one', true, 'refused'],
      ['old', true, 'none'],
      ['page', false, null],
    ]);
    expect(
      diagnostics.map(({ code, address }: { code: string; address?: string }) => `${code} ${address ?? ''}`),
    ).toEqual([
      'config-missing-variable ',
      'config-gateway ',
      'gateway-error gateway.page',
      'gateway-versions-differ gateway.old',
      'gateway-token-refused gateway.one',
    ]);
    expect(exitCode).toBe(1);
    expect(stderr + stdout).not.toContain('hunter2');
    expect(stderr).toContain('gateway-versions-differ');
  });

  test('without any gateway it says so', async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'm3forge.yaml'), 'version: 1\nproject: x\n');
    expect(await run(['gateway', 'check'], { cwd })).toMatchObject({ stdout: 'There are no gateways.\n', exitCode: 0 });
  });
});
