import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readTextFile } from '../../engine/documents/index.ts';
import { temporaryDirectory } from '../support/servers.ts';

/** What happens in the moment between the look at a path and the opening of what stands there then. */
const moment = vi.hoisted(() => ({ swap: () => undefined as unknown }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open: typeof real.open = (...args) => {
    moment.swap();
    return real.open(...args);
  };
  return { ...real, open };
});

const pipeMaker = 'mkfifo';

/** A tree with a file in it, and a secret of the same name outside. */
const createTree = () => {
  const parent = temporaryDirectory();
  const at = (...names: string[]): string => join(parent, ...names);
  mkdirSync(at('tree/folder'), { recursive: true });
  mkdirSync(at('outside'));
  writeFileSync(at('tree/folder/file.yaml'), 'version: 1\n');
  writeFileSync(at('outside/file.yaml'), 'secret\n');
  const file = at('tree/folder/file.yaml');
  const swaps: Readonly<Record<string, () => void>> = {
    'a link to a file outside': () => {
      rmSync(file);
      symlinkSync('../../outside/file.yaml', file);
    },
    'a folder that is a link': () => {
      renameSync(at('tree/folder'), at('tree/elsewhere'));
      symlinkSync('../outside', at('tree/folder'));
    },
    'a pipe that nobody writes to': () => {
      rmSync(file);
      execFileSync(pipeMaker, [file]);
    },
    'a directory': () => {
      rmSync(file);
      mkdirSync(file);
    },
    nothing: () => rmSync(file),
  };
  return { root: at('tree'), swaps };
};

test.each([
  ['a link to a file outside', 'file-is-symlink'],
  ['a folder that is a link', 'file-is-symlink'],
  ['a pipe that nobody writes to', 'file-is-symlink'],
  ['a directory', 'file-is-symlink'],
  ['nothing', 'file-missing'],
])('%s in the place of the file is not read, and is not waited for', async (what, code) => {
  const { root, swaps } = createTree();
  moment.swap = () => swaps[what]?.();
  const outcome = await readTextFile(root, 'folder/file.yaml', { maxBytes: 1000 });
  moment.swap = () => undefined;
  expect(outcome.diagnostics.map((one) => one.code)).toEqual([code]);
});

test('where nothing happens in between, the file is read', async () => {
  const outcome = await readTextFile(createTree().root, 'folder/file.yaml', { maxBytes: 1000 });
  expect(outcome.ok && outcome.value.text).toBe('version: 1\n');
});
