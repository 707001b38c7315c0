import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { System } from '../system/index.ts';

type Env = System['env'];

/** Whether this runs on a runner of GitHub or Gitea Actions, which looks for commands in what is printed. */
export const isOnRunner = (env: Env): boolean =>
  ['GITHUB_ACTIONS', 'GITEA_ACTIONS'].some((name) => env(name) === 'true');

/**
 * Text of a file that a runner would take for an order shows what it is, and orders nothing: those of today begin a line, after
 * blanks, and those of before stand anywhere in it.
 */
export const inertOnRunner = (text: string): string =>
  text.replaceAll('##[', '#\u200b#[').replace(/^(\s*):(?=:)/gmu, '$1:\u200b');

/**
 * The name of a file as a runner knows it: from the top of what it has checked out. What is no file in the directory that
 * is worked in, such as a path inside of a repository, is named from there already. With `ofHead` the file is one of a commit
 * that is not checked out, and need not be there.
 */
export const fileOnRunner = (env: Env, directory: string, file: string, ofHead = false): string => {
  const workspace = env('GITHUB_WORKSPACE');
  const path = resolve(directory, file);
  if (workspace === undefined || workspace === '' || !(ofHead || existsSync(path))) return file;
  const name = relative(workspace, path).split(sep).join('/');
  return name.startsWith('../') ? file : name;
};
