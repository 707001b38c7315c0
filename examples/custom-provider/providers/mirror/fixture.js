import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** @type {import('m3forge/provider-kit').ProviderFixture} */
export const fixture = {
  start: async () => {
    const root = await mkdtemp(join(tmpdir(), 'm3forge-mirror-'));
    const directories = [join(root, 'first'), join(root, 'second')];
    for (const directory of directories) await mkdir(directory);
    return {
      backupStore: {
        options: { directories },
        broken: { directories: [join(root, 'first'), join(root, 'absent')] },
      },
      secrets: [],
      stop: () => rm(root, { recursive: true, force: true }),
    };
  },
};
