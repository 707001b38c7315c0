import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What `dist` is made from. */
const sources = ['launcher', 'engine', 'providers', 'schemas', 'test/build', 'package.json', 'package-lock.json'];

const modifiedAt = async (path: string): Promise<number> => (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;

/** Whether `dist` is newer than all it is made from. Folders count too: a deleted file changes nothing else. */
export const isFresh = async (root: string): Promise<boolean> => {
  const builtAt = await modifiedAt(join(root, 'dist/main.js'));
  for (const source of sources) {
    if ((await modifiedAt(join(root, source))) >= builtAt) return false;
    if (source.includes('.')) continue;
    for (const path of await readdir(join(root, source), { recursive: true })) {
      if ((await modifiedAt(join(root, source, path))) >= builtAt) return false;
    }
  }
  return true;
};
