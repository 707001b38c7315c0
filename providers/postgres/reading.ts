import { schemaVersion } from '../../engine/database/index.ts';
import { refuse } from '../../engine/diagnostics/index.ts';
import type {
  ActivationRecord,
  DriftedBody,
  MarkerRecord,
  PlaceStatus,
  ReleaseTraces,
  StoredBody,
  Variables,
} from '../../engine/provider/index.ts';
import type { ArtifactKind, Digest, LineChange, ManifestLine } from '../../engine/values/index.ts';
import { ledger, newestSchema, schemaWithVariables } from './migrations.ts';
import { manifestDigestSql, type PlaceSql, visibleAt } from './place-sql.ts';
import { readUsers } from './processor-files.ts';

const markerColumns = `release_id as "releaseId", seq, version, encode(plan_digest, 'hex') as "planDigest",
  encode(manifest_digest, 'hex') as "manifestDigest", fence, pruned`;
/** Read through the row as a whole, because an older schema has no column for variables. */
const activationColumns = `n, seq, release_id as "releaseId", kind, fence, at, to_jsonb(activation) -> 'variables' as variables`;

/** How many bodies are asked for at a time: enough to hide the round trip, few enough to hold in memory. */
const bodiesPerQuery = 256;

interface StatusRow {
  readonly placeId: string;
  readonly lineage: string;
  readonly fence: number;
  readonly head: number;
  readonly active: number;
  readonly marker: MarkerRecord | null;
  readonly activation: (Omit<ActivationRecord, 'at'> & { at: string }) | null;
  readonly variables: Variables | null;
}

const variablesSql = (version: number): string =>
  version < schemaWithVariables ? 'null::jsonb' : '(select jsonb_object_agg(v.name, v.value) from :schema.variable v)';

export const readAddress = async (place: PlaceSql): Promise<string> => {
  if (place.database.kind === 'embedded') return `embedded/${place.schema}`;
  const [row] = await place.query<{ system: string; name: string }>(
    'select system_identifier::text as system, current_database()::text as name from pg_control_system()',
  );
  return `${row?.system ?? 'unknown'}/${row?.name ?? 'unknown'}/${place.schema}`;
};

/** A creation that was interrupted has left no activation; where there is one, somebody removed the row. */
const withoutRow = async (place: PlaceSql): Promise<undefined> => {
  const [used] = await place.query('select 1 as used from :schema.activation limit 1');
  if (!used) return undefined;
  throw refuse('database-damaged', {
    detail: `The database ${place.database.label} lacks something that m3forge created: the row of the table ${place.quoted}.place.`,
    hint: 'Restore the database from its backup, or give the environment a new schema.',
  });
};

/** Undefined where the place does not exist; also where its creation was interrupted before its row was written. */
export const readStatus = async (place: PlaceSql): Promise<PlaceStatus | undefined> => {
  const version = await schemaVersion(place.database, place.schema, ledger);
  // Nought: the ledger was made and nothing else, because the creation was interrupted or refused.
  if (version === undefined || version === 0) return undefined;
  if (version > newestSchema) {
    throw refuse('database-schema-newer', {
      detail: `The schema "${place.schema}" of ${place.database.label} has version ${version}; this m3forge knows ${newestSchema}.`,
      hint: 'Use the newer m3forge that made it.',
    });
  }
  const [row] = await place.query<StatusRow>(
    `select p.place_id as "placeId", p.state_lineage as lineage, p.fence,
       greatest(p.head, (select max(seq) from :schema.marker)) as head, p.active,
       (select to_jsonb(m) from (select ${markerColumns} from :schema.marker where seq = p.active) m) as marker,
       (select to_jsonb(a) from (select ${activationColumns} from :schema.activation order by n desc limit 1) a) as activation,
       ${variablesSql(version)} as variables
     from :schema.place p`,
  );
  if (!row) return withoutRow(place);
  const { marker, activation, variables, ...rest } = row;
  return {
    ...rest,
    schemaVersion: version,
    marker: marker ?? undefined,
    activation: activation ? { ...activation, at: new Date(activation.at) } : undefined,
    variables: variables ?? {},
  };
};

export const readManifestDigest = async (place: PlaceSql, seq: number): Promise<Digest> => {
  const [row] = await place.query<{ digest: string }>(manifestDigestSql, [seq]);
  if (!row) throw new Error('an aggregate without a row');
  return row.digest;
};

/** Rows of one name overlap only where somebody edited them by hand; then the last one counts. */
const lastOfEach = (lines: readonly ManifestLine[]): readonly ManifestLine[] =>
  lines.filter((line, index) => {
    const next = lines[index + 1];
    return next?.kind !== line.kind || next.name !== line.name;
  });

export const readManifestLines = async (place: PlaceSql, seq: number): Promise<readonly ManifestLine[]> =>
  lastOfEach(
    await place.query<ManifestLine>(
      `select v.kind, v.name, encode(v.digest, 'hex') as digest from :schema.artifact_version v
       where ${visibleAt('v', '$1::integer')} order by v.kind, v.name, v.from_seq`,
      [seq],
    ),
  );

export const readLines = async (
  place: PlaceSql,
  seq: number,
  names: readonly { readonly kind: ArtifactKind; readonly name: string }[],
): Promise<readonly ManifestLine[]> =>
  lastOfEach(
    await place.query<ManifestLine>(
      `select v.kind, v.name, encode(v.digest, 'hex') as digest
       from unnest($2::text[], $3::text[]) as wanted (kind, name)
       join :schema.artifact_version v on v.kind = wanted.kind and v.name = wanted.name
       where ${visibleAt('v', '$1::integer')} order by v.kind, v.name, v.from_seq`,
      [seq, names.map(({ kind }) => kind), names.map(({ name }) => name)],
    ),
  );

export const readDifference = async (
  place: PlaceSql,
  fromSeq: number,
  toSeq: number,
): Promise<readonly LineChange[]> => {
  const rows = await place.query<{ kind: ArtifactKind; name: string; before: string | null; after: string | null }>(
    `with touched as (
       select kind, name from :schema.artifact_version
       where from_seq > least($1::integer, $2::integer) and from_seq <= greatest($1::integer, $2::integer)
       union
       select kind, name from :schema.artifact_version
       where to_seq > least($1::integer, $2::integer) and to_seq <= greatest($1::integer, $2::integer))
     select t.kind, t.name, encode(b.digest, 'hex') as before, encode(a.digest, 'hex') as after
     from touched t
     left join :schema.artifact_version b on b.kind = t.kind and b.name = t.name and ${visibleAt('b', '$1::integer')}
     left join :schema.artifact_version a on a.kind = t.kind and a.name = t.name and ${visibleAt('a', '$2::integer')}
     where b.digest is distinct from a.digest order by t.kind, t.name`,
    [fromSeq, toSeq],
  );
  return rows.map(({ kind, name, before, after }) => ({
    kind,
    name,
    ...(before !== null && { before }),
    ...(after !== null && { after }),
  }));
};

export const readDriftedBodies = async (place: PlaceSql): Promise<readonly DriftedBody[]> => {
  const drifted = await place.query<DriftedBody>(
    `select encode(digest, 'hex') as digest, encode(actual, 'hex') as actual from :schema.artifact
     where digest <> actual order by digest`,
  );
  if (drifted.length === 0) return drifted;
  const users = await readUsers(
    place,
    drifted.map(({ digest }) => digest),
  );
  return drifted.map((body) => {
    const files = users.filter(({ digest }) => digest === body.digest);
    return files.length === 0 ? body : { ...body, files: files.map(({ processor, path }) => ({ processor, path })) };
  });
};

export const readUnsound = async (place: PlaceSql, digests: readonly Digest[]): Promise<readonly Digest[]> => {
  if (digests.length === 0) return [];
  const rows = await place.query<{ digest: string }>(
    `select wanted.digest from unnest($1::text[]) as wanted (digest)
     left join :schema.artifact a on a.digest = decode(wanted.digest, 'hex') and a.digest = a.actual
     where a.digest is null`,
    [[...new Set(digests)]],
  );
  return rows.map((row) => row.digest);
};

export async function* readBodies(place: PlaceSql, digests: readonly Digest[]): AsyncIterable<StoredBody> {
  for (let start = 0; start < digests.length; start += bodiesPerQuery) {
    yield* await place.query<StoredBody>(
      `select encode(a.digest, 'hex') as digest, encode(a.actual, 'hex') as actual, a.body
       from unnest($1::text[]) as wanted (digest)
       join :schema.artifact a on a.digest = decode(wanted.digest, 'hex')`,
      [digests.slice(start, start + bodiesPerQuery)],
    );
  }
}

export const readMarkers = (
  place: PlaceSql,
  filter: { readonly version?: string; readonly seq?: number },
): Promise<readonly MarkerRecord[]> =>
  place.query<MarkerRecord>(
    `select ${markerColumns} from :schema.marker
     where ($1::text is null or version = $1) and ($2::integer is null or seq = $2) order by seq desc`,
    [filter.version ?? null, filter.seq ?? null],
  );

export const readActivations = (place: PlaceSql): Promise<readonly ActivationRecord[]> =>
  place.query<ActivationRecord>(`select ${activationColumns} from :schema.activation order by n`);

export const readTraces = async (place: PlaceSql, releaseId: string): Promise<ReleaseTraces> => {
  const [marker] = await place.query<MarkerRecord>(
    `select ${markerColumns} from :schema.marker where release_id = $1`,
    [releaseId],
  );
  const activations = await place.query<ActivationRecord>(
    `select ${activationColumns} from :schema.activation where release_id = $1 order by n`,
    [releaseId],
  );
  return { marker, activations };
};
