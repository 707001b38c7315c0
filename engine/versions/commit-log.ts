import type { Git } from './git.ts';
import type { CommitOnTheWay } from './pull-request.ts';

// Messages may hold anything but NUL.
const format = '--format=%H%x00%an%x00%s%x00%b';

const fieldsOfCommit = 4;

/** Commits as `git log` tells them, in its order. No setting of the repository takes part in what is printed. */
export const readLog = async (
  git: Git,
  args: readonly string[],
  input?: string,
): Promise<readonly CommitOnTheWay[]> => {
  const output = await git.read(['log', '--no-show-signature', '--no-color', '-z', format, ...args], [], input);
  const fields = output.toString('utf8').split('\0');
  return Array.from({ length: Math.floor(fields.length / fieldsOfCommit) }, (_, index) => {
    const at = index * fieldsOfCommit;
    const [id = '', author = '', subject = '', body = ''] = fields.slice(at, at + fieldsOfCommit);
    return { id, author, subject, body };
  });
};

/** The lines of an answer, without the empty one at its end. */
export const linesOf = (output: Buffer): readonly string[] =>
  output
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
