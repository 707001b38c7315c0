import type { System } from '../system/index.ts';
import type { Secret } from '../values/index.ts';

// source-control: the host of a repository, with its pull requests

export interface SourceControlContext {
  readonly system: System;
  /** `owner/name`. */
  readonly repository: string;
  /** Where the API of the host is; the provider's own where it is undefined. */
  readonly url: string | undefined;
  /** Undefined for what anybody may read. */
  readonly token: Secret | undefined;
  /** Takes every known secret out of a text. */
  readonly redact: (text: string) => string;
  /** Asks once, and waits for no limit: whoever asks comes back by himself. */
  readonly isBrief?: boolean;
}

export type PullRequestState = 'open' | 'merged' | 'closed';

export interface PullRequest {
  readonly number: number;
  /** As somebody wrote it. */
  readonly title: string;
  readonly body: string;
  readonly state: PullRequestState;
  readonly isDraft: boolean;
  /** The login of who opened it. */
  readonly author: string;
  readonly labels: readonly string[];
  readonly base: PullRequestEnd & {
    /** Whether that is the main branch of the repository, as the host says. */
    readonly isMain: boolean;
  };
  readonly head: PullRequestEnd;
  /** Whether the head is in another repository than the base. */
  readonly isFork: boolean;
  /** The commit that merging made; null before that. */
  readonly mergeCommit: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly mergedAt: Date | null;
  /** For a browser. */
  readonly url: string;
}

export interface PullRequestEnd {
  readonly branch: string;
  readonly commit: string;
}

export interface PullRequestFilter {
  readonly state: PullRequestState | 'all';
  readonly author?: string | undefined;
  readonly label?: string | undefined;
  readonly base?: string | undefined;
  /** At most so many, the newest first. */
  readonly limit: number;
}

export interface ChangedFile {
  readonly path: string;
  readonly action: 'added' | 'removed' | 'changed' | 'renamed';
  /** The path before it was renamed. */
  readonly before: string | undefined;
}

/** One thing that was checked at a commit, by whatever program. */
export interface CommitCheck {
  readonly name: string;
  readonly state: 'success' | 'failure' | 'pending' | 'skipped';
  readonly description: string;
  readonly url: string | null;
}

export interface StatusOrder {
  /** Such as `m3forge/plan`: the next of this name takes its place. */
  readonly name: string;
  /** `error` where it is no fault of the commit. */
  readonly state: 'success' | 'failure' | 'error' | 'pending';
  /** At most 140 characters. */
  readonly description: string;
  readonly url: string | undefined;
}

/** The one comment that a program keeps up to date in a pull request. */
export interface CommentOrder {
  /** What it begins with, and is found by. */
  readonly marker: string;
  /** Begins with the marker. */
  readonly body: string;
  /** How one that stands there compares with this one, by what its text says of itself. Without it nothing is known. */
  readonly ageOf?: (body: string) => Promise<CommentAge>;
  /** Asked before each writing but the first: where it is false nothing more is written. */
  readonly isWanted?: () => Promise<boolean>;
}

/** `newer` ones stay. `unknown` ones are replaced, but not once more where somebody has put one in the place of ours. */
export type CommentAge = 'older' | 'same' | 'newer' | 'unknown';

export interface PutComment {
  readonly url: string;
  /** `left`: a newer one stands there. */
  readonly action: 'created' | 'edited' | 'unchanged' | 'left';
}

export interface MergeOrder {
  /** It is merged only while its head is this commit. */
  readonly head: string;
  readonly method: 'merge' | 'squash' | 'rebase';
}

/** One release as the host keeps it. */
export interface DeploymentOrder {
  readonly environment: string;
  readonly commit: string;
  readonly version: string;
  readonly state: 'in_progress' | 'success' | 'failure' | 'inactive';
  readonly description: string;
  /** The id of the release here: the same one is told of once, whatever states it goes through. */
  readonly release: string;
  readonly isProduction: boolean;
}

/**
 * A host of pull requests. Everything that people wrote comes back as it is, to be made harmless where it is shown. Problems
 * are thrown as `Refusal`: `source-control-refused` (401, 403, a right that the token lacks), `source-control-unknown` (404),
 * `source-control-limited` (the rate limit, with when it ends), `source-control-unreachable` (after retries),
 * `source-control-answer` (anything else), `pull-request-not-merged` (only of `merge`), or an `http-…` code.
 */
export interface SourceControl {
  /** For people: the host and the repository, without credentials. */
  readonly label: string;
  readonly pullRequest: (number: number) => Promise<PullRequest>;
  /** Page by page, as far as the limit asks for. */
  readonly pullRequests: (filter: PullRequestFilter) => Promise<readonly PullRequest[]>;
  readonly changedFiles: (number: number) => Promise<readonly ChangedFile[]>;
  readonly checks: (commit: string) => Promise<readonly CommitCheck[]>;
  /**
   * Puts the one comment that begins with the marker, and looks again afterwards: edits the one that is there, whether this
   * token, another one that may write to the repository, or the host's own jobs have written it, and removes what several
   * have made twice. What a stranger has written is no such comment. Where the host does not let one be edited, there is
   * another one. Null where it was not wanted any more.
   */
  readonly putComment: (number: number, order: CommentOrder) => Promise<PutComment | null>;
  readonly setStatus: (commit: string, order: StatusOrder) => Promise<void>;
  readonly merge: (number: number, order: MergeOrder) => Promise<{ readonly commit: string }>;
  /**
   * Tells of a release. Told twice it is there once, and one that has ended does not begin again. Undefined where the host
   * keeps no deployments.
   */
  readonly deployment: ((order: DeploymentOrder) => Promise<void>) | undefined;
  readonly close: () => Promise<void>;
}
