import { resolve } from 'node:path';
import { refuse } from '../diagnostics/index.ts';
import { withoutCredentials } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { repositoryPlaceOf } from '../values/index.ts';
import { complaintIn, explainGit, type Git, gitAt } from './git.ts';
import { findRepository, labelOf } from './open-source.ts';
import { usualPatience } from './patience.ts';
import type { CommitOnTheWay } from './release-notes.ts';
import { faultOf } from './remote-faults.ts';
import type { SourceOptions } from './source.ts';

/** What a tag is to say, and of which commit. */
export interface TagOrder {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
}

/** A repository of this machine, in which versions can be made. */
export interface Tagger {
  readonly label: string;
  /** The names of all tags that lead to this commit or to one before it. */
  readonly tagsUpTo: (commit: string) => Promise<readonly string[]>;
  /** The commits after `base` up to `commit`, newest first, along the first parents; all of them without a base. */
  readonly commitsSince: (base: string | undefined, commit: string) => Promise<readonly CommitOnTheWay[]>;
  /** The commit that a tag leads to; undefined where there is no such tag. */
  readonly commitOf: (tag: string) => Promise<string | undefined>;
  /** Makes an annotated tag. One that is there already and leads to the same commit is left as it is. */
  readonly tag: (order: TagOrder) => Promise<void>;
  /** Where `push` would go to, for people. Throws `version-remote-unknown`. */
  readonly remoteOf: (remote: string) => Promise<string>;
  /** Hands a tag over to a remote, which may have it already. */
  readonly push: (tag: string, remote: string) => Promise<void>;
}

const elsewhere = (label: string): Error =>
  refuse('version-source-elsewhere', {
    detail: `Versions can be made in a repository of this machine only; source.repository is ${label}.`,
    hint: 'Run this in a clone, with source.repository as a path, and hand the tag over with --push. Tags that others push are found by themselves.',
  });

const fieldEnd = '\u001f';
const recordEnd = '\u001e';

/** More commits than these are not told. */
const mostCommits = 2000;

const commitsSince = async (git: Git, base: string | undefined, commit: string): Promise<readonly CommitOnTheWay[]> => {
  const range = base === undefined ? commit : `${base}..${commit}`;
  const format = ['%H', '%an', '%s', '%b'].join(fieldEnd) + recordEnd;
  const flags = ['--first-parent', '--no-show-signature', '--no-color', `--max-count=${mostCommits}`];
  const output = await git.read(['log', ...flags, `--format=${format}`, range, '--']);
  return output
    .toString('utf8')
    .split(recordEnd)
    .map((record) => record.replace(/^\n/, ''))
    .filter((record) => record !== '')
    .map((record) => {
      const [id = '', author = '', subject = '', body = ''] = record.split(fieldEnd);
      return { id, author, subject, body };
    });
};

const commitOf = async (git: Git, tag: string): Promise<string | undefined> => {
  const found = await git.attempt(['rev-parse', '--verify', '--quiet', `refs/tags/${tag}^{commit}`]);
  return found.exitCode === 0 ? found.stdout.toString('utf8').trim() : undefined;
};

/** A tag that is there is never moved. */
const pointsElsewhere = (name: string, found: string, wanted: string): Error =>
  refuse('version-exists', {
    detail: `The tag ${name} leads to ${found}, not to ${wanted}.`,
    hint: 'A version never changes. Name another one.',
  });

const makeTag = async (git: Git, label: string, { name, commit, message }: TagOrder): Promise<void> => {
  // The notes are Markdown, whose headings Git would take for comments.
  const made = await git.attempt(['tag', '-a', '--cleanup=verbatim', '-F', '-', '--', name, commit], [], message);
  if (made.exitCode === 0) return;
  const found = await commitOf(git, name);
  if (found === commit) return;
  if (found !== undefined) throw pointsElsewhere(name, found, commit);
  const stderr = made.stderr.toString('utf8');
  if (/please tell me who you are|empty ident|unable to auto-detect email/i.test(stderr)) {
    throw refuse('version-tag-failed', {
      detail: `Git does not know who makes the tag ${name}.`,
      hint: 'Tell it, and run the same command again:\n    git config user.name NAME\n    git config user.email ADDRESS',
    });
  }
  if (/^(?:fatal|error): /m.test(stderr)) {
    throw refuse('version-tag-failed', {
      detail: `Git did not make the tag ${name} in ${label}: ${complaintIn(stderr)}.`,
      hint: 'Mend that, and run the same command again: it goes on where it stopped.',
    });
  }
  throw explainGit(label, stderr);
};

const urlOf = async (git: Git, label: string, remote: string): Promise<string> => {
  const found = await git.attempt(['remote', 'get-url', '--push', '--', remote]);
  if (found.exitCode === 0) return found.stdout.toString('utf8').trim();
  throw refuse('version-remote-unknown', {
    detail: `${label} has no remote "${remote}".`,
    hint: 'See which there are:\n    git remote --verbose',
  });
};

const pushTag = async (git: Git, label: string, tag: string, remote: string): Promise<void> => {
  const url = await urlOf(git, label, remote);
  const place = repositoryPlaceOf(url);
  const shown = withoutCredentials(url);
  const scheme = place.kind === 'remote' ? place.scheme : 'file';
  const timeoutMs = usualPatience.contentMs;
  const ref = `refs/tags/${tag}`;
  const result = await git.outside(['push', '--quiet', '--no-verify', '--', remote, `${ref}:${ref}`], {
    scheme,
    timeoutMs,
  });
  if (result.exitCode === 0) return;
  const stderr = result.stderr.toString('utf8');
  if (/\[rejected\].*already exists/i.test(stderr)) {
    throw refuse('version-exists', {
      detail: `${shown} has another tag ${tag} already.`,
      hint: `A version never changes. See what it is there:\n    git ls-remote ${remote} ${ref}`,
    });
  }
  const rejected = /\[(?:remote )?rejected\][^\n]*/i.exec(stderr);
  const { detail, hint } = faultOf(shown, result, timeoutMs).diagnostic;
  throw refuse('version-push-failed', {
    detail: `The tag ${tag} is here and could not be handed over. ${rejected ? `${shown}: ${rejected[0].replace(/\s+/g, ' ')}.` : detail}`,
    hint: `${rejected || !hint ? 'Mend that.' : hint.replace('source.repository', 'the remote')}\nThe same command goes on where it stopped.`,
  });
};

/** Who makes tags, where the environment says it: Git's own variables. */
const taggerOf = (system: System): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'].flatMap((name) => {
      const value = system.env(name);
      return value ? [[name, value]] : [];
    }),
  );

/** Opens the repository that `source.repository` names for making versions. Throws `version-source-elsewhere`. */
export const openTagger = async (
  system: System,
  options: Pick<SourceOptions, 'repository' | 'directory'>,
): Promise<Tagger> => {
  const label = labelOf(system, options);
  if (repositoryPlaceOf(options.repository).kind !== 'path') throw elsewhere(label);
  const path = resolve(options.directory, options.repository);
  if ((await findRepository(path, label)) === 'file') throw elsewhere(`${label}, a Git bundle`);
  const git = gitAt(system, ['-C', path], label, taggerOf(system));
  return {
    label,
    tagsUpTo: async (commit) => {
      const output = await git.read(['for-each-ref', '--format=%(refname)', `--merged=${commit}`, 'refs/tags']);
      const names = output.toString('utf8').split('\n');
      return names.filter((name) => name !== '').map((name) => name.slice('refs/tags/'.length));
    },
    commitsSince: (base, commit) => commitsSince(git, base, commit),
    commitOf: (tag) => commitOf(git, tag),
    tag: (order) => makeTag(git, label, order),
    remoteOf: async (remote) => withoutCredentials(await urlOf(git, label, remote)),
    push: (tag, remote) => pushTag(git, label, tag, remote),
  };
};
