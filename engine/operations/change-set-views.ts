import type { ChangedItem, ChangeSetEntry, ChangeSetRecord, ChangeSetState } from '../state/index.ts';
import type { ChangeSetType } from '../values/index.ts';

/** One change of a change set: a commit, with the pull request that it stands for. */
export interface ChangeView {
  readonly commit: string;
  readonly pull_request: number | null;
  readonly title: string;
  readonly author: string;
  readonly labels: readonly string[];
  /** The artifacts that it touched, by their files; null where those could not be read. */
  readonly items: readonly ChangedItem[] | null;
  readonly added_by: string;
  readonly added_at: string;
}

/** A change set as it is recorded. */
export interface ChangeSetView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: ChangeSetType;
  readonly state: ChangeSetState;
  readonly branch: string;
  /** The label of the rule that made it. */
  readonly rule: string | null;
  readonly created_by: string;
  readonly created_at: string;
  readonly ready: { readonly by: string; readonly at: string } | null;
  /** The version that was made of it. */
  readonly version: string | null;
  readonly changes: readonly ChangeView[];
}

/** A change set by what it is called. */
export interface NamedChangeSet {
  readonly id: string;
  readonly name: string;
}

export const namedChangeSet = ({ id, name }: ChangeSetRecord): NamedChangeSet => ({ id, name });

const changeView = ({
  commit,
  pullRequest,
  title,
  author,
  labels,
  items,
  addedBy,
  addedAt,
}: ChangeSetEntry): ChangeView => ({
  commit,
  pull_request: pullRequest,
  ...{ title, author, labels, items },
  added_by: addedBy,
  added_at: addedAt.toISOString(),
});

export const changeSetView = (record: ChangeSetRecord): ChangeSetView => {
  const { id, name, description, type, state, branch, rule, createdBy, createdAt, ready, version, entries } = record;
  return {
    ...{ id, name, description, type, state, branch, rule },
    created_by: createdBy,
    created_at: createdAt.toISOString(),
    ready: ready && { by: ready.by, at: ready.at.toISOString() },
    version,
    changes: entries.map(changeView),
  };
};

/** `#342`, or the beginning of the id of a commit without a pull request. */
export const shownChange = ({
  commit,
  pullRequest,
}: {
  readonly commit: string;
  readonly pullRequest: number | null;
}) => (pullRequest === null ? commit.slice(0, 12) : `#${pullRequest}`);

/** The beginning of an id, enough to name it. */
export const shortId = ({ id }: Pick<ChangeSetRecord, 'id'>): string => id.slice(0, 8);

/** `"Hotfix" (3f2a91c0)` */
export const shownChangeSet = (set: Pick<ChangeSetRecord, 'id' | 'name'>): string => `"${set.name}" (${shortId(set)})`;
