import {
  type AddRequest,
  addToChangeSet,
  type ChangeSetRequest,
  type ChangeSetView,
  createChangeSet,
  followPullRequest,
  listChangeSets,
  readyChangeSet,
  removeFromChangeSet,
  showChangeSet,
} from '../../engine/operations/index.ts';
import { type Arrangement, createProject, type TestProject, valueIn } from './project.ts';
import { createEstate, files, identify, noWait } from './versions.ts';

type With = Pick<TestProject, 'context'>;

/** The main line of an estate after v1.0.0: three pull requests, each merged in another way, and a commit of nobody. */
export interface Merged {
  /** `Merge pull request #11 …`, adds workflow c. */
  readonly eleven: { readonly id: string; readonly branch: string };
  /** `… (#12)`, adds workflow d. */
  readonly twelve: string;
  /** As Gitea merges it; adds workflow e. */
  readonly thirteen: { readonly id: string; readonly branch: string };
  /** Pushed as it is; a document. */
  readonly plain: string;
}

export const mergeAll = ({ repository }: Pick<TestProject, 'repository'>): Merged => {
  const eleven = repository.merge(
    files('a', 'b', 'c'),
    'Merge pull request #11 from acme/classify\n\nClassify invoices',
  );
  const twelve = repository.commit(files('a', 'b', 'c', 'd'), undefined, 'fix: totals (#12)');
  const thirteen = repository.merge(
    files('a', 'b', 'c', 'd', 'e'),
    "Merge pull request 'Sort receipts' (#13) from acme/sort into main",
  );
  const plain = repository.commit(
    { ...files('a', 'b', 'c', 'd', 'e'), 'README.md': 'x' },
    undefined,
    'Write a document',
  );
  return { eleven, twelve, thirteen, plain };
};

/** A project with v1.0.0, of which nothing was released yet. */
export const createTagged = async (arrangement: Arrangement = 'schemas'): Promise<TestProject> => {
  const project = await createProject(arrangement, { environments: ['development'] });
  identify(project.repository);
  project.repository.commit(files('a', 'b'), 'v1.0.0');
  return project;
};

/** The same with what was merged since. */
export const createMerged = async (arrangement: Arrangement = 'schemas') => {
  const project = await createTagged(arrangement);
  return { project, merged: mergeAll(project) };
};

/** The same, and v1.0.0 runs in development. */
export const createReleased = async (arrangement: Arrangement = 'schemas') => {
  const project = await createEstate(arrangement);
  return { project, merged: mergeAll(project) };
};

export const begin = ({ context }: With, changes: Partial<ChangeSetRequest> = {}) =>
  createChangeSet(context, {
    ...{ name: 'Invoices', description: '', type: 'feature', pullRequests: [], commits: [], labels: [] },
    ...noWait,
    ...changes,
  });

export const add = ({ context }: With, changes: Partial<AddRequest> = {}) =>
  addToChangeSet(context, {
    ...{ pullRequests: [], commits: [], labels: [], confirmMore: () => Promise.resolve(false) },
    ...noWait,
    ...changes,
  });

export const ready = ({ context }: With, changeSet: string) => readyChangeSet(context, { changeSet, ...noWait });

export const remove = (
  { context }: With,
  changeSet: string,
  pullRequests: readonly number[],
  commits: readonly string[] = [],
) => removeFromChangeSet(context, { changeSet, pullRequests, commits, reason: 'a test', ...noWait });

export const listSets = async ({ context }: With, ...states: readonly ChangeSetView['state'][]) =>
  valueIn(await listChangeSets(context, { states, ...noWait }));

export const showSet = async ({ context }: With, changeSet: string) =>
  valueIn(await showChangeSet(context, { changeSet, ...noWait }));

export const follow = ({ context }: With, pullRequest: number) =>
  followPullRequest(context, { pullRequest, ...noWait });

type Numbered = { readonly changes: readonly { readonly pull_request: number | null }[] };

export const numbersIn = ({ changes }: Numbered) => changes.map(({ pull_request: number }) => number);

/** A change set of these pull requests that is ready. */
export const readySet = async (
  project: With,
  name: string,
  ...pullRequests: readonly number[]
): Promise<ChangeSetView> => {
  valueIn(await begin(project, { name, pullRequests }));
  return valueIn(await ready(project, name));
};
