import type { Queryable } from '../database/index.ts';
import type { ArtifactKind, ChangeSetType } from '../values/index.ts';

/** `draft` until somebody says that it is `ready`; `versioned` once a version was made of it, which closes it. */
export type ChangeSetState = 'draft' | 'ready' | 'versioned';

/** One artifact that a change touched, by its file. */
export interface ChangedItem {
  readonly kind: ArtifactKind;
  readonly path: string;
  readonly action: 'added' | 'changed' | 'removed';
}

/** A commit of a branch, as it is put into a change set. */
export interface NewEntry {
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly title: string;
  readonly author: string;
  readonly labels: readonly string[];
  /** Null where its files could not be read. */
  readonly items: readonly ChangedItem[] | null;
}

export interface ChangeSetEntry extends NewEntry {
  readonly addedAt: Date;
  readonly addedBy: string;
}

export interface NewChangeSet {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly type: ChangeSetType;
  readonly branch: string;
  /** The label of the rule that makes it. */
  readonly rule: string | null;
  readonly createdBy: string;
}

export interface ChangeSetRecord extends NewChangeSet {
  readonly state: ChangeSetState;
  readonly createdAt: Date;
  /** Rises with every change. */
  readonly revision: number;
  readonly ready: { readonly at: Date; readonly by: string } | null;
  /** The version that was made of it. */
  readonly version: string | null;
  /** In the order in which they were added. */
  readonly entries: readonly ChangeSetEntry[];
}

interface Row extends NewChangeSet {
  readonly createdAt: Date;
  readonly revision: number;
  readonly ready_at: Date | null;
  readonly ready_by: string;
  readonly version: string | null;
}

const columns = `id, name, description, type, branch, rule, created_by as "createdBy", created_at as "createdAt", revision,
  ready_at, ready_by, version`;

const entryColumns = `change_set, commit, pull_request as "pullRequest", title, author, labels, items, added_at as "addedAt",
  added_by as "addedBy"`;

type EntryRow = ChangeSetEntry & { readonly change_set: string };

const fromRows = ({ ready_at, ready_by, ...row }: Row, entries: readonly EntryRow[]): ChangeSetRecord => ({
  ...row,
  state: row.version !== null ? 'versioned' : ready_at === null ? 'draft' : 'ready',
  ready: ready_at && { at: ready_at, by: ready_by },
  entries: entries.flatMap(({ change_set, ...entry }) => (change_set === row.id ? [entry] : [])),
});

type Reading = Pick<Queryable, 'query'>;

const select = async (
  state: Reading,
  where: string,
  parameters: readonly unknown[] = [],
): Promise<readonly ChangeSetRecord[]> => {
  const rows = await state.query<Row>(`select ${columns} from :schema.change_set ${where} order by n desc`, parameters);
  if (rows.length === 0) return [];
  const entries = await state.query<EntryRow>(
    `select ${entryColumns} from :schema.change_set_entry where change_set = any($1::uuid[]) order by n`,
    [rows.map(({ id }) => id)],
  );
  const bySet = Map.groupBy(entries, ({ change_set }) => change_set);
  return rows.map((row) => fromRows(row, bySet.get(row.id) ?? []));
};

/** All of them, the newest first. */
export const listChangeSets = (state: Reading): Promise<readonly ChangeSetRecord[]> => select(state, '');

/** Those that no version was made of. */
export const openChangeSets = (state: Reading): Promise<readonly ChangeSetRecord[]> =>
  select(state, 'where version is null');

export const changeSetById = async (state: Reading, id: string): Promise<ChangeSetRecord | undefined> =>
  (await select(state, 'where id = $1', [id]))[0];

/** Those of this name, or whose id begins so. */
export const findChangeSets = (state: Reading, named: string): Promise<readonly ChangeSetRecord[]> =>
  select(state, 'where name = $1 or starts_with(id::text, $1)', [named]);

/** The open one of this name: there is one at most. */
export const openChangeSetNamed = async (state: Reading, name: string): Promise<ChangeSetRecord | undefined> =>
  (await select(state, 'where version is null and name = $1', [name]))[0];

/** Those that hold one of these commits, and the open ones that hold one of these pull requests. */
export const changeSetsWith = (
  state: Reading,
  { commits, pullRequests }: { readonly commits: readonly string[]; readonly pullRequests: readonly number[] },
): Promise<readonly ChangeSetRecord[]> =>
  select(
    state,
    `where id in (select change_set from :schema.change_set_entry where commit = any($1::text[]))
       or (version is null and id in (select change_set from :schema.change_set_entry where pull_request = any($2::integer[])))`,
    [commits, pullRequests],
  );

/** The change sets that a version was made of. */
export const changeSetsOfVersion = (state: Reading, version: string): Promise<readonly ChangeSetRecord[]> =>
  select(state, 'where version = $1', [version]);

/** Makes a change set; false where an open one has its name. */
export const createChangeSet = async (transaction: Queryable, made: NewChangeSet): Promise<boolean> => {
  const created = await transaction.execute(
    `insert into :schema.change_set (id, name, description, type, branch, rule, created_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [made.id, made.name, made.description, made.type, made.branch, made.rule, made.createdBy],
  );
  return created > 0;
};

/** Something in a change set is another than before: it is a draft again. False where it is not open any more. */
const change = async (transaction: Queryable, id: string): Promise<boolean> => {
  const changed = await transaction.execute(
    `update :schema.change_set set revision = revision + 1, ready_at = null, ready_by = null
     where id = $1 and version is null`,
    [id],
  );
  return changed > 0;
};

/** Puts changes into an open change set, which is a draft from then on; false where it is closed, or one of them is in one already. */
export const addEntries = async (
  transaction: Queryable,
  { id, by, entries }: { readonly id: string; readonly by: string; readonly entries: readonly NewEntry[] },
): Promise<boolean> => {
  if (!(await change(transaction, id))) return false;
  let added = 0;
  for (const { commit, pullRequest, title, author, labels, items } of entries) {
    added += await transaction.execute(
      `insert into :schema.change_set_entry (commit, change_set, pull_request, title, author, labels, items, added_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (commit) do nothing`,
      [commit, id, pullRequest, title, author, JSON.stringify(labels), items && JSON.stringify(items), by],
    );
  }
  return added === entries.length;
};

/** Takes changes out of an open change set, which is a draft from then on; false where it is closed, or one is not in it. */
export const removeEntries = async (
  transaction: Queryable,
  { id, commits }: { readonly id: string; readonly commits: readonly string[] },
): Promise<boolean> => {
  if (!(await change(transaction, id))) return false;
  const removed = await transaction.execute(
    'delete from :schema.change_set_entry where change_set = $1 and commit = any($2::text[])',
    [id, commits],
  );
  return removed === commits.length;
};

/** A change set as somebody has looked at it. */
export interface SeenChangeSet {
  readonly id: string;
  readonly revision: number;
}

/** Says that a draft is ready; false where it changed since it was looked at. */
export const markReady = async (
  transaction: Queryable,
  { id, revision }: SeenChangeSet,
  by: string,
): Promise<boolean> => {
  const marked = await transaction.execute(
    `update :schema.change_set set ready_at = clock_timestamp(), ready_by = $3
     where id = $1 and revision = $2 and version is null and ready_at is null`,
    [id, revision, by],
  );
  return marked > 0;
};

/** Closes a change set that is ready, for a version was made of it; false where it changed since it was looked at. */
export const closeChangeSet = async (
  transaction: Queryable,
  { id, revision }: SeenChangeSet,
  version: string,
): Promise<boolean> => {
  const closed = await transaction.execute(
    `update :schema.change_set set version = $3
     where id = $1 and revision = $2 and version is null and ready_at is not null`,
    [id, revision, version],
  );
  return closed > 0;
};
