import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Git in a folder with a working tree, as somebody with a name. Returns what it printed. */
export const gitIn = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', '-C', cwd, ...args], { stdio: 'pipe' })
    .toString()
    .trim();

/** Writes files and commits them and nothing else; returns the commit. */
export const commitIn = (directory: string, files: Readonly<Record<string, string>>): string => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  gitIn(directory, 'add', '--', ...Object.keys(files));
  gitIn(directory, 'commit', '--quiet', '-m', 'More');
  return gitIn(directory, 'rev-parse', 'HEAD');
};
