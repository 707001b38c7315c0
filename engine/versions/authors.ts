import { linesOf } from './commit-log.ts';
import type { Git } from './git.ts';
import { wholeId } from './object-id.ts';
import type { Author } from './source.ts';

const isHere = async (git: Git, commit: string): Promise<boolean> =>
  wholeId.test(commit) && (await git.attempt(['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0;

/** Author and committer of each commit, and whoever a trailer names beside them; no setting takes part in what is printed. */
const format = '--format=%an%x00%ae%x00%cn%x00%ce%x00%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x00)';

const coAuthor = /^(.*?)\s*<([^<>]*)>\s*$/;

const authorsIn = (fields: readonly string[]): readonly Author[] => {
  const [name = '', email = '', committer = '', address = '', ...others] = fields;
  return [
    { name, email },
    { name: committer, email: address },
    ...others.flatMap((text): readonly Author[] => {
      const [, coName, coEmail] = coAuthor.exec(text.trim()) ?? [];
      return coName === undefined || coEmail === undefined ? [] : [{ name: coName, email: coEmail }];
    }),
  ].filter((one) => one.name !== '' || one.email !== '');
};

/** Who wrote the commits of a range. Throws where the newer end is not here. */
export const authorsSince = async (git: Git, base: string | undefined, commit: string): Promise<readonly Author[]> => {
  const known = base !== undefined && (await isHere(git, base)) ? [`^${base}`] : [];
  const commits = linesOf(await git.read(['log', '--no-show-signature', '--no-color', format, commit, ...known, '--']));
  const found = new Map<string, Author>();
  for (const one of commits) {
    for (const author of authorsIn(one.split('\0'))) found.set(`${author.name}\0${author.email}`, author);
  }
  return [...found.values()];
};
