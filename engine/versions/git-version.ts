import type { System } from '../system/index.ts';
import { gitAt } from './git.ts';

/** The oldest Git that every command used here is known to. */
export const oldestGit = '2.30.0';

/** The version of the Git on the PATH, such as `2.39.5`. Throws `git-missing` where there is none. */
export const gitVersion = async (system: System): Promise<string> => {
  const answer = await gitAt(system, [], 'Git').read(['--version']);
  return /\d+\.\d+(?:\.\d+)?/.exec(answer.toString('utf8'))?.[0] ?? 'unknown';
};
