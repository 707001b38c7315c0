import type { Queryable } from '../database/index.ts';

/** A commit that a version brought, with the pull request that it stands for. */
export interface VersionChange {
  readonly commit: string;
  readonly pullRequest: number | null;
  readonly title: string;
  readonly author: string;
}

/** What a version brought since the one that it follows. */
export interface VersionChanges {
  /** Newest first. */
  readonly changes: readonly VersionChange[];
  /** How many older ones there were besides, which are not recorded. */
  readonly leftOut: number;
}

const columns = 'commit, pull_request as "pullRequest", title, author';

/** So many rows are written with one statement. */
const batch = 500;

/** Records what a version brings, with the version itself. */
export const recordVersionChanges = async (
  transaction: Queryable,
  version: string,
  { changes, leftOut }: VersionChanges,
): Promise<void> => {
  await transaction.execute('update :schema.version set changes_left_out = $2 where name = $1', [version, leftOut]);
  for (let start = 0; start < changes.length; start += batch) {
    const rows = changes.slice(start, start + batch);
    await transaction.execute(
      `insert into :schema.version_change (version, n, commit, pull_request, title, author)
       select $1::text, $2::integer + t.n, t.c, t.p, t.t, t.a
       from unnest($3::text[], $4::integer[], $5::text[], $6::text[]) with ordinality as t (c, p, t, a, n)`,
      [
        ...[version, start, rows.map(({ commit }) => commit), rows.map(({ pullRequest }) => pullRequest)],
        ...[rows.map(({ title }) => title), rows.map(({ author }) => author)],
      ],
    );
  }
};

/** What a version brought; undefined where that is not recorded, because others made its tag or an older m3forge made it. */
export const changesOfVersion = async (
  state: Pick<Queryable, 'query'>,
  version: string,
): Promise<VersionChanges | undefined> => {
  const [row] = await state.query<{ leftOut: number | null }>(
    'select changes_left_out as "leftOut" from :schema.version where name = $1',
    [version],
  );
  if (row === undefined || row.leftOut === null) return undefined;
  const changes = await state.query<VersionChange>(
    `select ${columns} from :schema.version_change where version = $1 order by n`,
    [version],
  );
  return { changes, leftOut: row.leftOut };
};

/** The changes of versions that stand for a pull request, or are one of these commits, each with the version that brought it. */
export const versionChangesWith = (
  state: Pick<Queryable, 'query'>,
  { pullRequest, commits }: { readonly pullRequest: number | null; readonly commits: readonly string[] },
): Promise<readonly (VersionChange & { readonly version: string })[]> =>
  state.query(
    `select version, ${columns} from :schema.version_change
     where pull_request = $1::integer or commit = any($2::text[]) order by version, n`,
    [pullRequest, commits],
  );
