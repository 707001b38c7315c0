import { type Diagnostic, problem, refuse } from '../diagnostics/index.ts';
import { closest } from '../documents/index.ts';
import {
  type ChangeSetRecord,
  changeSetsWith,
  findChangeSets,
  listChangeSets,
  type NewEntry,
  type State,
} from '../state/index.ts';
import { shownChange, shownChangeSet } from './change-set-views.ts';

const listing = 'Change sets are listed by:\n\n    m3forge changeset list';

const mostNamed = 5;

const ambiguous = (named: string, sets: readonly ChangeSetRecord[]): Error =>
  refuse('changeset-ambiguous', {
    detail: `"${named}" can be ${sets.length} change sets.`,
    hint: `Name the one that is meant by its id:\n\n${sets
      .slice(0, mostNamed)
      .map(({ id, name, state }) => `    ${id.slice(0, 8)}  ${name}, ${state}`)
      .join('\n')}`,
  });

/**
 * The change set of this name, or whose id begins so (at least 4 characters). An open one comes before those that became a
 * version. Throws `changeset-unknown` and `changeset-ambiguous`.
 */
export const requireChangeSet = async (state: State, named: string): Promise<ChangeSetRecord> => {
  const found = await findChangeSets(state, named);
  const byName = found.filter(({ name }) => name === named);
  const byId = /^[0-9a-f-]{4,36}$/.test(named) ? found : [];
  const sets = byName.length > 0 ? byName : byId;
  const open = sets.filter(({ version }) => version === null);
  const [only] = byName.length > 0 && open.length === 1 ? open : sets.length === 1 ? sets : [];
  if (only) return only;
  if (sets.length > 1) throw ambiguous(named, sets);
  const names = (await listChangeSets(state)).map(({ name }) => name);
  const near = closest(named, [...new Set(names)].slice(0, 500));
  throw refuse('changeset-unknown', {
    detail: `There is no change set "${named}".`,
    hint: near ? `Did you mean "${near}"?` : listing,
  });
};

/** What became a version is closed: what is in a version never changes. */
export const closed = (set: ChangeSetRecord): Error =>
  refuse('changeset-closed', {
    detail: `The change set ${shownChangeSet(set)} became ${set.version ?? 'a version'}.`,
    hint: 'What is in a version never changes. Begin another one:\n\n    m3forge changeset create NAME',
  });

/** It is another one than when it was looked at. */
export const changed = (set: Pick<ChangeSetRecord, 'id' | 'name'>): Error =>
  refuse('changeset-changed', {
    detail: `The change set ${shownChangeSet(set)} was changed meanwhile.`,
    hint: `See what is in it now:\n\n    m3forge changeset show ${set.id.slice(0, 8)}`,
  });

/** Entries that another change set holds: a commit belongs to one for ever, a pull request to one that is open. */
export const takenFrom = async (
  state: Pick<State, 'query'>,
  entries: readonly NewEntry[],
  into: string | undefined,
): Promise<readonly Diagnostic[]> => {
  const pullRequests = entries.flatMap(({ pullRequest }) => pullRequest ?? []);
  const holders = await changeSetsWith(state, { commits: entries.map(({ commit }) => commit), pullRequests });
  const others = holders.filter(({ id }) => id !== into);
  return entries.flatMap((entry) => {
    const holds = (set: ChangeSetRecord): boolean =>
      set.entries.some(
        ({ commit, pullRequest }) =>
          commit === entry.commit ||
          (set.version === null && pullRequest !== null && pullRequest === entry.pullRequest),
      );
    const holder = others.find(holds);
    if (!holder) return [];
    return problem('changeset-taken', {
      detail: `${shownChange(entry)} belongs to the change set ${shownChangeSet(holder)} already.`,
      hint:
        holder.version === null
          ? `It can be taken out of there:\n\n    m3forge changeset remove ${holder.id.slice(0, 8)} ${
              entry.pullRequest === null
                ? `--commit ${entry.commit.slice(0, 12)}`
                : `--pull-request ${entry.pullRequest}`
            } --reason TEXT`
          : `It became ${holder.version}.`,
    });
  });
};
