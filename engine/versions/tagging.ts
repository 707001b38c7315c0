import { refuse } from '../diagnostics/index.ts';
import { withoutCredentials } from '../documents/index.ts';
import type { System } from '../system/index.ts';
import { repositoryPlaceOf } from '../values/index.ts';
import { complaintIn, explainGit, type Git } from './git.ts';
import { type OwnOptions, openOwn } from './own-repository.ts';
import { usualPatience } from './patience.ts';
import { faultOf } from './remote-faults.ts';

/** What a tag is to say, and of which commit. */
export interface TagOrder {
  readonly name: string;
  readonly commit: string;
  readonly message: string;
}

/** A repository of this machine, in which versions can be made. */
export interface Tagger {
  readonly label: string;
  /** The commit that a tag leads to; undefined where there is no such tag. */
  readonly commitOf: (tag: string) => Promise<string | undefined>;
  /** Whether a branch of a remote has this commit, as far as was seen of it here. */
  readonly isOnBranchOf: (remote: string, commit: string) => Promise<boolean>;
  /** Throws `Refusal` where there can be no tag of this name. */
  readonly requireName: (name: string) => Promise<void>;
  /** Throws `Refusal` where Git does not know who makes tags. */
  readonly requireIdentity: () => Promise<void>;
  /** The commit that a tag of a remote leads to; undefined where it has no such tag. */
  readonly remoteCommitOf: (tag: string, remote: string) => Promise<string | undefined>;
  /** Makes an annotated tag. One that is there already and leads to the same commit is left as it is. */
  readonly tag: (order: TagOrder) => Promise<void>;
  /** Where `push` would go to, for people. Throws `version-remote-unknown`. */
  readonly remoteOf: (remote: string) => Promise<string>;
  /** Hands a tag over to a remote, which may have it already. */
  readonly push: (tag: string, remote: string) => Promise<void>;
}

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

const requireName = async (git: Git, name: string): Promise<void> => {
  const notUsable = (why: string): Error =>
    refuse('version-not-usable', { detail: `${name} cannot be a tag: ${why}.`, hint: 'Name another version.' });
  const format = await git.attempt(['check-ref-format', `refs/tags/${name}`]);
  if (format.exitCode !== 0) throw notUsable('Git does not take this name');
  const below = await git.read(['for-each-ref', '--count=1', '--format=%(refname:short)', `refs/tags/${name}/`]);
  if (below.length > 0) throw notUsable(`there is a tag ${below.toString('utf8').trim()}`);
};

const requireIdentity = async (git: Git): Promise<void> => {
  const identity = await git.attempt(['var', 'GIT_COMMITTER_IDENT']);
  if (identity.exitCode === 0) return;
  throw refuse('version-tag-failed', {
    detail: 'Git does not know who makes the tag.',
    hint: 'Tell it:\n    git config user.name NAME\n    git config user.email ADDRESS',
  });
};

const makeTag = async (git: Git, label: string, { name, commit, message }: TagOrder): Promise<void> => {
  // The notes are Markdown, whose headings Git would take for comments.
  const made = await git.attempt(
    ['tag', '-a', '--no-sign', '--cleanup=verbatim', '-F', '-', '--', name, commit],
    [],
    message,
  );
  if (made.exitCode === 0) return;
  const found = await commitOf(git, name);
  if (found === commit) return;
  if (found !== undefined) throw pointsElsewhere(name, found, commit);
  const stderr = made.stderr.toString('utf8');
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

/** Speaks to a remote, and returns what came of it with the name of the remote for people. */
export const askRemote = async (git: Git, label: string, remote: string, args: readonly string[]) => {
  const url = await urlOf(git, label, remote);
  const place = repositoryPlaceOf(url);
  const scheme = place.kind === 'remote' ? place.scheme : 'file';
  const timeoutMs = usualPatience.contentMs;
  const result = await git.outside(args, { scheme, timeoutMs });
  return { result, shown: withoutCredentials(url), timeoutMs };
};

const remoteCommitOf = async (git: Git, label: string, tag: string, remote: string): Promise<string | undefined> => {
  const ref = `refs/tags/${tag}`;
  const asked = await askRemote(git, label, remote, ['ls-remote', '--quiet', '--', remote, ref, `${ref}^{}`]);
  const { result, shown, timeoutMs } = asked;
  if (result.exitCode !== 0) {
    const { detail, hint } = faultOf(shown, result, timeoutMs).diagnostic;
    throw refuse('version-push-failed', { detail, hint: hint?.replace('source.repository', 'the remote') });
  }
  const lines = result.stdout.toString('utf8').trim().split('\n');
  const idOf = (name: string): string | undefined =>
    lines.map((line) => line.split('\t')).find(([, found]) => found === name)?.[0];
  // Of an annotated tag the second line is the commit; a light one has no second line.
  return idOf(`${ref}^{}`) ?? idOf(ref);
};

const pushTag = async (git: Git, label: string, tag: string, remote: string): Promise<void> => {
  const ref = `refs/tags/${tag}`;
  const args = ['push', '--quiet', '--no-verify', '--', remote, `${ref}:${ref}`];
  const { result, shown, timeoutMs } = await askRemote(git, label, remote, args);
  if (result.exitCode === 0) return;
  const stderr = result.stderr.toString('utf8');
  if (/\[rejected\].*already exists/i.test(stderr)) throw takenThere(shown, tag, remote);
  const rejected = /\[(?:remote )?rejected\][^\n]*/i.exec(stderr);
  const { detail, hint } = faultOf(shown, result, timeoutMs).diagnostic;
  throw refuse('version-push-failed', {
    detail: `The tag ${tag} is here and could not be handed over. ${rejected ? `${shown}: ${rejected[0].replace(/\s+/g, ' ')}.` : detail}`,
    hint: `${rejected || !hint ? 'Mend that.' : hint.replace('source.repository', 'the remote')}\nThe same command goes on where it stopped.`,
  });
};

/** A tag of that name is in the remote, and leads elsewhere. */
export const takenThere = (shown: string, tag: string, remote: string): Error =>
  refuse('version-exists', {
    detail: `${shown} has another tag ${tag} already.`,
    hint: `A version never changes. See what it is there:\n    git ls-remote ${remote} refs/tags/${tag}`,
  });

/** Who makes tags, where the environment says it: Git's own variables. */
const taggerOf = (system: System): Readonly<Record<string, string>> =>
  Object.fromEntries(
    ['GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL'].flatMap((name) => {
      const value = system.env(name);
      return value ? [[name, value]] : [];
    }),
  );

/** Opens the repository that `source.repository` names for making versions. Throws `version-source-elsewhere`. */
export const openTagger = async (system: System, options: OwnOptions): Promise<Tagger> => {
  const { git, label } = await openOwn(system, options, taggerOf(system));
  return {
    label,
    commitOf: (tag) => commitOf(git, tag),
    isOnBranchOf: async (remote, commit) => {
      const args = ['for-each-ref', '--count=1', `--contains=${commit}`, `refs/remotes/${remote}/`];
      return (await git.read(args)).length > 0;
    },
    requireName: (name) => requireName(git, name),
    requireIdentity: () => requireIdentity(git),
    remoteCommitOf: (tag, remote) => remoteCommitOf(git, label, tag, remote),
    tag: (order) => makeTag(git, label, order),
    remoteOf: async (remote) => withoutCredentials(await urlOf(git, label, remote)),
    push: (tag, remote) => pushTag(git, label, tag, remote),
  };
};
