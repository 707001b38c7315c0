import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { System } from '../../engine/system/index.ts';
import { openSource } from '../../engine/versions/index.ts';
import { temporaryDirectory, testSystem } from '../support/servers.ts';
import { codeOf } from './sources.ts';

const parent = temporaryDirectory();

const systemWith = (variables: Readonly<Record<string, string>>): System =>
  testSystem({ env: (name) => variables[name], envNames: () => Object.keys(variables) });

const settings = { PATH: process.env.PATH ?? '', HOME: '/nonexistent' };

const open = (url: string, system: System = systemWith(settings)) =>
  openSource(system, {
    repository: url,
    directory: parent,
    cacheDirectory: join(parent, 'cache'),
    versionPattern: 'v*.*.*',
    includePrerelease: false,
  });

describe('an address that cannot be used', () => {
  it.each([
    ['https://user:canary-password@example.com/a.git', 'source-url-secret'],
    ['https://ghp_canary0123456789@example.com/a.git', 'source-url-secret'],
    ['https://example.com/a.git?token=canary', 'source-url-secret'],
    ['user:canary@example.com:a.git', 'source-url-secret'],
    ['ext::sh -c "touch witness"', 'source-url-invalid'],
    ['--upload-pack=touch witness', 'source-url-invalid'],
    ['ssh://-oProxyCommand=touch/a.git', 'source-url-invalid'],
    ['-oProxyCommand=touch@host:a.git', 'source-url-invalid'],
    ['git@host:-a', 'source-url-invalid'],
    ['git@-host:a', 'source-url-invalid'],
    ['ftp://example.com/a.git', 'source-url-invalid'],
    ['http://example.com/a.git', 'source-url-invalid'],
    ['git://example.com/a.git', 'source-url-invalid'],
    ['file://elsewhere/a.git', 'source-url-invalid'],
    ['https://exa mple.com/a.git', 'source-url-invalid'],
  ])('%s', async (url, code) => {
    const failure = await open(url).catch((error: unknown) => error);
    expect(await codeOf(Promise.reject(failure))).toBe(code);
    expect(JSON.stringify(failure)).not.toContain('canary');
    expect(readdirSync(parent)).not.toContain('cache');
  });

  it('is one in order where it is not', async () => {
    // A program that stands for ssh, and says with which words it was started.
    const ssh = join(parent, 'ssh');
    const log = join(parent, 'ssh.log');
    writeFileSync(ssh, `#!/bin/sh\necho "$@" >> '${log}'\nexit 255\n`, { mode: 0o755 });
    const other = systemWith({ ...settings, GIT_SSH_COMMAND: ssh });
    for (const url of ['git@host.example:team/a.git', 'ssh://git@host.example:2222/team/a.git']) {
      expect(await codeOf(open(url, other))).toBe('source-unreachable');
    }
    const lines = readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line.includes('upload-pack'));
    expect(lines.map((line) => line.replace(/.*(git@host)/, '$1'))).toEqual([
      "git@host.example git-upload-pack 'team/a.git'",
      "git@host.example git-upload-pack '/team/a.git'",
    ]);
  });
});
