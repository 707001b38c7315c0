import { refuse } from '../diagnostics/index.ts';
import type { System } from '../system/index.ts';
import { complaintIn, explainGit, type Git } from './git.ts';
import { type OwnOptions, openOwn } from './own-repository.ts';
import { faultOf } from './remote-faults.ts';
import { askRemote } from './tagging.ts';

/** One file that a ref of a repository keeps, with all that it held before; no branch and no tag is touched. */
export interface KeptFile {
  /** The ref and the repository, for people. */
  readonly label: string;
  /** What it holds now; undefined where there is no such ref. */
  readonly read: () => Promise<string | undefined>;
  /** Replaces what `read` returned last. Throws `audit-anchor-refused` where somebody else was faster. */
  readonly write: (text: string, message: string) => Promise<void>;
  /** Hands the ref over to a remote, which takes it only where nothing that it has would be lost. */
  readonly push: (remote: string) => Promise<void>;
}

const none = '0'.repeat(40);

const refused = (detail: string, hint: string): Error => refuse('audit-anchor-refused', { detail, hint });

/** Who commits, where the environment says it: the same for both of Git's roles. */
const committerOf = (system: System): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['NAME', 'EMAIL'].flatMap((part) => {
      const value = system.env(`GIT_COMMITTER_${part}`);
      const author = system.env(`GIT_AUTHOR_${part}`) ?? value;
      return [
        ...(value ? [[`GIT_COMMITTER_${part}`, value]] : []),
        ...(author ? [[`GIT_AUTHOR_${part}`, author]] : []),
      ];
    }),
  );

const commitOf = async (git: Git, ref: string): Promise<string | undefined> => {
  const found = await git.attempt(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
  return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : undefined;
};

const textOf = (output: Buffer): string => output.toString('utf8').trim();

const commitFile = async (
  git: Git,
  file: { readonly name: string; readonly text: string },
  message: string,
  parent: string | undefined,
): Promise<string> => {
  const blob = textOf(await git.read(['hash-object', '-w', '--stdin'], [], file.text));
  const tree = textOf(await git.read(['mktree'], [], `100644 blob ${blob}\t${file.name}\n`));
  const parents = parent === undefined ? [] : ['-p', parent];
  const made = await git.attempt(['commit-tree', tree, ...parents, '-F', '-'], [], message);
  if (made.exitCode === 0) return textOf(made.stdout);
  throw refused(
    `Git did not make the commit: ${complaintIn(made.stderr.toString('utf8'))}.`,
    'Where Git does not know who commits, tell it:\n    git config user.name NAME\n    git config user.email ADDRESS',
  );
};

/** Opens the file of this name that a ref of the source repository keeps. Throws `version-source-elsewhere`. */
export const openKeptFile = async (
  system: System,
  options: OwnOptions,
  { ref, name }: { readonly ref: string; readonly name: string },
): Promise<KeptFile> => {
  const { git, label: repository } = await openOwn(system, options, committerOf(system));
  const label = `${ref} of ${repository}`;
  let commit: string | undefined;
  return {
    label,
    read: async () => {
      commit = await commitOf(git, ref);
      if (commit === undefined) return undefined;
      const found = await git.attempt(['cat-file', 'blob', `${commit}:${name}`]);
      // A commit that somebody else put there holds no such file, which is not the same as an empty one.
      if (found.exitCode !== 0) throw explainGit(label, found.stderr.toString('utf8'));
      return found.stdout.toString('utf8');
    },
    write: async (text, message) => {
      const made = await commitFile(git, { name, text }, message, commit);
      const moved = await git.attempt(['update-ref', '-m', 'm3forge', ref, made, commit ?? none]);
      if (moved.exitCode !== 0) {
        throw refused(`Git did not move ${label}: ${complaintIn(moved.stderr.toString('utf8'))}.`, 'Run it again.');
      }
      commit = made;
    },
    push: async (remote) => {
      const args = ['push', '--quiet', '--no-verify', '--', remote, `${ref}:${ref}`];
      const { result, shown, timeoutMs } = await askRemote(git, repository, remote, args);
      if (result.exitCode === 0) return;
      const rejected = /\[(?:remote )?rejected\][^\n]*/i.exec(result.stderr.toString('utf8'));
      const { detail } = faultOf(shown, result, timeoutMs).diagnostic;
      throw refused(
        `It is here, and could not be handed over. ${rejected ? `${shown}: ${rejected[0].replace(/\s+/g, ' ')}.` : detail}`,
        `Mend that, and run the same command again. Where ${shown} has other checkpoints, find out who took them away here:\n    git fetch ${remote} ${ref}`,
      );
    },
  };
};
