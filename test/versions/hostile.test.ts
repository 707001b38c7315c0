import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { System } from '../../engine/system/index.ts';
import type { Source, SourceOptions } from '../../engine/versions/index.ts';
import { createRepository, type TestRepository } from '../support/repository.ts';
import { collect, openRepository, parent, selection } from './sources.ts';

let repository: TestRepository;
let count = 0;

const open = (changes?: Partial<SourceOptions>, system?: System): Promise<Source> =>
  openRepository(repository, changes, system);

beforeEach(() => {
  count += 1;
  repository = createRepository(parent, `hostile-${count}`);
});

describe('a hostile repository', () => {
  const witness = join(parent, 'witness');

  it('runs nothing of what its configuration and hooks name', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const program = join(repository.directory, 'program');
    writeFileSync(program, `#!/bin/sh\ntouch '${witness}'\n`);
    chmodSync(program, 0o755);
    const settings = ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.askPass', 'uploadpack.packObjectsHook'];
    for (const setting of settings) repository.git(['config', setting, program]);
    repository.git(['config', 'core.hooksPath', repository.directory]);
    // What a partial clone lacks, Git fetches by itself, with whatever program the address names.
    repository.git(['config', 'core.repositoryFormatVersion', '1']);
    repository.git(['config', 'extensions.partialClone', 'origin']);
    repository.git(['config', 'remote.origin.promisor', 'true']);
    repository.git(['config', 'remote.origin.url', `ext::${program}`]);
    const source = await open();
    const [tag] = await source.tags();
    const entries = await source.listTree(tag?.treeId ?? '', selection);
    const missing = { blob: '0123456789012345678901234567890123456789', path: 'workflows/b.json' };
    await collect(source.readBlobs([...entries, missing])).catch(() => []);
    expect(existsSync(witness)).toBe(false);
  });

  it('is not taken for another one where the environment names one', async () => {
    repository.commit({ 'workflows/a.json': '1' }, 'v1.0.0');
    const other = createRepository(parent, `hostile-other-${count}`);
    other.commit({ 'workflows/a.json': '2' }, 'v6.6.6');
    const engine = new URL('../../engine', import.meta.url).pathname;
    const program = `
      const { openSource } = await import('${engine}/versions/index.ts');
      const { createLog, realSystem } = await import('${engine}/system/index.ts');
      const source = await openSource(realSystem(createLog('silent', () => undefined), new AbortController().signal), {
        repository: '.', directory: process.argv[1], cacheDirectory: '', versionPattern: '*', includePrerelease: false });
      process.stdout.write((await source.tags())[0].version.name);`;
    const env = { ...process.env, GIT_DIR: join(other.directory, '.git'), GIT_CONFIG_COUNT: '0' };
    const args = ['--input-type=module', '--eval', program, repository.directory];
    expect(execFileSync(process.execPath, args, { env }).toString()).toBe('v1.0.0');
  });
});
