import type { Queryable } from '../../engine/database/index.ts';
import { refuse } from '../../engine/diagnostics/index.ts';
import type {
  ActivateOrder,
  ActivationRecord,
  PruneResult,
  Variables,
  WriteOrder,
} from '../../engine/provider/index.ts';
import type { Digest, LineChange } from '../../engine/values/index.ts';
import { manifestDigestSql, type PlaceSql, type PlaceTransaction, placeTransaction, visibleAt } from './place-sql.ts';
import { lacksFiles, removeUnused } from './processor-files.ts';
import { healStrayRows } from './strays.ts';

export const fenced = (held: number | undefined, present: number | undefined): Error =>
  refuse('place-fenced', {
    detail: `This release holds fence ${held ?? 'none'}, and the place has ${present ?? 'another one'}: a newer lease has taken over.`,
    hint: 'Nothing more was written. Run "m3forge status" to see what the other release did.',
  });

/**
 * How long a statement waits for a lock that another session holds. m3forge's own are held for the moment of a write; who
 * keeps one longer is a person or a program beside it, and waiting for those would outlast every deadline of a release.
 */
export const lockTimeout = "set local lock_timeout = '30s'";

/** Locks the place until the end of the transaction, and refuses where a newer lease has raised the fence. */
export const lockPlace = async (
  transaction: Queryable,
  fence: number,
): Promise<{ readonly head: number; readonly active: number }> => {
  await transaction.execute(lockTimeout);
  const [row] = await transaction.query<{ fence: number; head: number; active: number }>(
    // A head that was set back by hand must not make sequences that were written look like rows of nobody.
    `select p.fence, greatest(p.head, (select max(seq) from :schema.marker)) as head, p.active
     from :schema.place p for update of p`,
  );
  if (row?.fence !== fence) {
    throw fenced(fence, row?.fence);
  }
  return row;
};

const writeBodies = async (transaction: PlaceTransaction, place: PlaceSql, order: WriteOrder): Promise<void> => {
  for await (const { digest, body } of order.healing ?? []) {
    await transaction.execute(`update :schema.artifact set body = $2 where digest = decode($1, 'hex')`, [digest, body]);
  }
  if (order.unsound.length === 0) return;
  // A drifted body is replaced whole: its row goes, and the right bytes come with the others.
  await transaction.execute(
    `delete from :schema.artifact where digest <> actual
       and digest in (select decode(d, 'hex') from unnest($1::text[]) as t (d))`,
    [order.unsound],
  );
  const rows = async function* () {
    for await (const { digest, body } of order.bodies) yield [Buffer.from(digest, 'hex'), body] as const;
  };
  await transaction.copyIn(
    {
      table: `${place.quoted}.artifact`,
      columns: [
        { name: 'digest', type: 'bytea' },
        { name: 'body', type: 'bytea' },
      ],
    },
    rows(),
  );
};

const writeIntervals = async (
  transaction: PlaceTransaction,
  place: PlaceSql,
  seq: number,
  changes: readonly LineChange[],
): Promise<void> => {
  const ended = changes.filter((change) => change.before !== undefined);
  const begun = changes.flatMap(({ kind, name, after }) =>
    after === undefined ? [] : [{ kind, name, digest: after }],
  );
  if (ended.length > 0) {
    await transaction.execute(
      `update :schema.artifact_version v set to_seq = $1
       from unnest($2::text[], $3::text[]) as ended (kind, name)
       where v.kind = ended.kind and v.name = ended.name and v.to_seq is null`,
      [seq, ended.map(({ kind }) => kind), ended.map(({ name }) => name)],
    );
  }
  if (begun.length > 0) {
    await transaction.copyIn(
      {
        table: `${place.quoted}.artifact_version`,
        columns: [
          { name: 'kind', type: 'text' },
          { name: 'name', type: 'text' },
          { name: 'digest', type: 'bytea' },
          { name: 'from_seq', type: 'integer' },
        ],
      },
      begun.map(({ kind, name, digest }) => [kind, name, Buffer.from(digest, 'hex'), seq]),
    );
  }
};

/** The sequence must come to exactly what the plan says, and each body and file that this release wrote must be sound. */
const assertSequence = async (transaction: Queryable, order: WriteOrder): Promise<void> => {
  const [row] = await transaction.query<{ digest: Digest }>(manifestDigestSql, [order.seq]);
  const written = [...new Set(order.changes.flatMap(({ after }) => (after === undefined ? [] : [after])))];
  const unsound =
    written.length === 0
      ? []
      : await transaction.query(
          `select 1 as lacking from unnest($1::text[]) as wanted (digest)
           left join :schema.artifact a on a.digest = decode(wanted.digest, 'hex') and a.digest = a.actual
           where a.digest is null limit 1`,
          [written],
        );
  const processors = order.changes.flatMap(({ kind, after }) =>
    kind === 'processor' && after !== undefined ? [after] : [],
  );
  if (
    row?.digest !== order.manifestDigest ||
    unsound.length > 0 ||
    (await lacksFiles(transaction, [...new Set(processors)]))
  ) {
    throw refuse('place-assertion-failed', {
      detail: `Sequence ${order.seq} comes to ${row?.digest ?? 'nothing'} in the place, and the plan says ${order.manifestDigest}.`,
      hint: 'Nothing was written. Plan again: somebody may have changed the place by hand meanwhile.',
    });
  }
};

/** A: everything of a sequence in one transaction, inactive. */
export const writeSequence = (place: PlaceSql, order: WriteOrder): Promise<void> =>
  place.database.transaction(async (raw) => {
    const transaction = placeTransaction(place, raw);
    const { head } = await lockPlace(transaction, order.fence);
    if (order.seq !== head + 1) throw new Error(`sequence ${order.seq} does not follow head ${head}`);
    await healStrayRows(transaction, head);
    await order.hooks.beforeBodies();
    await writeBodies(transaction, place, order);
    await order.hooks.afterBodies();
    await writeIntervals(transaction, place, order.seq, order.changes);
    await order.hooks.afterIntervals();
    await transaction.execute(
      `insert into :schema.marker (release_id, seq, version, plan_digest, manifest_digest, fence)
       values ($1, $2, $3, decode($4, 'hex'), decode($5, 'hex'), $6)`,
      [order.releaseId, order.seq, order.version, order.planDigest, order.manifestDigest, order.fence],
    );
    await order.hooks.afterMarker();
    await transaction.execute('update :schema.place set head = $1', [order.seq]);
    await assertSequence(transaction, order);
  }, order.hooks);

/** Makes the table hold exactly these variables; what is as it should be is not written. */
const writeVariables = async (transaction: Queryable, variables: Variables): Promise<void> => {
  await transaction.execute(
    `with wanted as (select key as name, value from jsonb_each_text($1::jsonb)),
     gone as (delete from :schema.variable v where not exists (select from wanted w where w.name = v.name))
     insert into :schema.variable (name, value) select name, value from wanted
     on conflict (name) do update set value = excluded.value where variable.value <> excluded.value`,
    [JSON.stringify(variables)],
  );
};

/** B and C: variables, one row and one pointer, whatever the size of the place. */
export const activateSequence = (place: PlaceSql, order: ActivateOrder): Promise<ActivationRecord> =>
  place.database.transaction(async (raw) => {
    const transaction = placeTransaction(place, raw);
    await lockPlace(transaction, order.fence);
    if (order.seq !== 0) {
      const [marker] = await transaction.query<{ pruned: boolean }>(
        'select pruned from :schema.marker where seq = $1',
        [order.seq],
      );
      // The way back leads to what was active, even where somebody has removed its marker.
      if (marker ? marker.pruned : order.kind !== 'return')
        throw new Error(`sequence ${order.seq} is not there to be activated`);
    }
    await writeVariables(transaction, order.variables);
    const [record] = await transaction.query<ActivationRecord>(
      `insert into :schema.activation (n, seq, release_id, kind, fence, variables)
       select coalesce(max(n), 0) + 1, $1, $2, $3, $4, $5::jsonb from :schema.activation
       returning n, seq, release_id as "releaseId", kind, fence, at, variables`,
      [order.seq, order.releaseId, order.kind, order.fence, JSON.stringify(order.variables)],
    );
    if (!record) throw new Error('an activation that was just inserted is not there');
    const [moved] = await transaction.query<{ placeId: string }>(
      'update :schema.place set active = $1 returning place_id as "placeId"',
      [order.seq],
    );
    await order.hooks.beforeNotify?.();
    await transaction.query("select pg_notify('m3forge_activated', $1)", [`${moved?.placeId ?? ''}:${order.seq}`]);
    return record;
  }, order.hooks);

export const adoptPlace = (
  place: PlaceSql,
  order: { readonly fence: number; readonly lineage: string },
): Promise<void> =>
  place.database.transaction(async (raw) => {
    const transaction = placeTransaction(place, raw);
    await lockPlace(transaction, order.fence);
    await transaction.execute('update :schema.place set state_lineage = $1', [order.lineage]);
  });

/** Head and the active sequence always stay: the next release is written as a difference from head. */
export const pruneSequences = (
  place: PlaceSql,
  order: { readonly fence: number; readonly keep: readonly number[] },
): Promise<PruneResult> =>
  place.database.transaction(async (raw) => {
    const transaction = placeTransaction(place, raw);
    const { head, active } = await lockPlace(transaction, order.fence);
    const keep = [...new Set([...order.keep, head, active])];
    const sequences = await transaction.execute(
      'update :schema.marker set pruned = true where not pruned and not seq = any($1::integer[])',
      [keep],
    );
    const rows = await transaction.execute(
      `delete from :schema.artifact_version v
       where not exists (select 1 from unnest($1::integer[]) as kept (seq) where ${visibleAt('v', 'kept.seq')})`,
      [keep],
    );
    const bodies = await removeUnused(transaction);
    return { sequences, rows, bodies };
  });

/** Restores bodies into a scratch table of the session and has the database hash them. */
export const proveBodies = (
  place: PlaceSql,
  bodies: AsyncIterable<{ readonly digest: Digest; readonly body: Uint8Array }>,
): Promise<ReadonlySet<Digest>> =>
  place.database.transaction(async (transaction) => {
    await transaction.execute(
      'create temporary table m3forge_scratch (digest bytea not null, body bytea not null) on commit drop',
    );
    const rows = async function* () {
      for await (const { digest, body } of bodies) yield [Buffer.from(digest, 'hex'), body] as const;
    };
    await transaction.copyIn(
      {
        table: 'pg_temp.m3forge_scratch',
        columns: [
          { name: 'digest', type: 'bytea' },
          { name: 'body', type: 'bytea' },
        ],
      },
      rows(),
    );
    const proven = await transaction.query<{ digest: string }>(
      "select encode(digest, 'hex') as digest from pg_temp.m3forge_scratch where sha256(body) = digest",
    );
    return new Set(proven.map((row) => row.digest));
  });
