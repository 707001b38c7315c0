import { type Database, type DatabaseLocation, openDatabase } from '../../engine/database/index.ts';
import {
  canonicalBytes,
  digestOfBytes,
  type JsonObject,
  type ManifestLine,
  manifestDigestOf,
} from '../../engine/values/index.ts';
import { type BackupRow, damagedBackups } from './backup-files.ts';
import { quietSystem } from './quiet-system.ts';
import { findSpilled } from './spilled.ts';

export interface ReleaseRow {
  readonly id: string;
  readonly target: string;
  readonly kind: string;
  readonly state: string;
  readonly version: string;
  readonly onFailure: string;
  readonly fromSeq: number;
  readonly seq: number | null;
  readonly started: boolean;
  readonly ended: boolean;
}

export interface PlaceView {
  readonly fence: number;
  readonly head: number;
  readonly active: number;
  /** Kind, name and digest of what consumers see, sorted. */
  readonly lines: readonly ManifestLine[];
  /** The bodies that consumers see, by name. */
  readonly bodies: Readonly<Record<string, string>>;
  /** What the active sequence came to when it was written; null while nothing is active. */
  readonly manifestDigest: string | null;
  /** Whether every body that consumers see has the digest that it is kept under. */
  readonly sound: boolean;
  readonly markers: readonly { readonly seq: number; readonly releaseId: string; readonly fence: number }[];
  readonly activations: readonly {
    readonly n: number;
    readonly seq: number;
    readonly releaseId: string;
    readonly kind: string;
    readonly fence: number;
  }[];
}

export interface AuditRow {
  readonly n: number;
  readonly event: string;
  readonly subject: string;
}

/** Everything the invariants speak of, read past the program, with SQL. */
export interface Observation {
  readonly place: PlaceView | undefined;
  readonly releases: readonly ReleaseRow[];
  readonly audit: readonly AuditRow[];
  /** Whether every entry of the audit follows from the one before it. */
  readonly chainHolds: boolean;
  readonly leases: number;
  /** Backups that are recorded and not removed. */
  readonly backups: readonly string[];
  /** The version and the content of each of them, in the same order. */
  readonly backedUp: readonly { readonly version: string | null; readonly manifestDigest: string }[];
  /** What is wrong with their files, read past the program. */
  readonly damaged: readonly string[];
  /** Releases into one place that were at work at the same time, by the journal. */
  readonly overlaps: readonly string[];
  /** Where the password of the database was stored, in which encoding. */
  readonly spilled: readonly string[];
  /** All text of the state that only a holder of a lease writes. */
  readonly text: string;
}

/** Worked out anew from the rows alone, as somebody who does not trust the program would. */
const chainHolds = (
  rows: readonly (AuditRow & {
    at: string;
    actor: string;
    environment: string | null;
    detail: JsonObject;
    origin: JsonObject | null;
    previous: Buffer;
    hash: Buffer;
  })[],
): boolean => {
  let previous = '0'.repeat(64);
  return rows.every((row, index) => {
    const { n, at, actor, event, subject, environment, detail, origin } = row;
    const said = { n, at, actor, event, subject, detail, origin, ...(environment !== null && { environment }) };
    const follows = row.n === index + 1 && row.previous.toString('hex') === previous;
    previous = digestOfBytes(canonicalBytes({ ...said, previous }));
    return follows && row.hash.toString('hex') === previous;
  });
};

const exists = async (database: Database, relation: string): Promise<boolean> => {
  const [row] = await database.query<{ there: boolean }>('select to_regclass($1) is not null as there', [relation]);
  return row?.there === true;
};

const readPlace = async (database: Database): Promise<PlaceView | undefined> => {
  if (!(await exists(database, 'production.place'))) return undefined;
  const [place] = await database.query<{ fence: number; head: number; active: number }>(
    'select fence, head, active from production.place',
  );
  if (!place) return undefined;
  const lines = await database.query<ManifestLine>(
    `select v.kind, v.name, encode(v.digest, 'hex') as digest from production.artifact_version v, production.place p
     where v.from_seq <= p.active and (v.to_seq is null or v.to_seq > p.active) order by v.kind, v.name`,
  );
  const bodies = await database.query<{ name: string; body: Buffer }>(
    `select v.name, a.body from production.artifact_version v cross join production.place p
     join production.artifact a using (digest)
     where v.from_seq <= p.active and (v.to_seq is null or v.to_seq > p.active) order by v.name`,
  );
  const [whole] = await database.query<{ sound: boolean }>(
    `select not exists (
       select 1 from production.artifact_version v cross join production.place p left join production.artifact a using (digest)
       where v.from_seq <= p.active and (v.to_seq is null or v.to_seq > p.active)
         and (a.digest is null or sha256(a.body) <> a.digest)) as sound`,
  );
  const markers = await database.query<PlaceView['markers'][number] & { digest: string }>(
    `select seq, release_id as "releaseId", fence, encode(manifest_digest, 'hex') as digest from production.marker order by seq`,
  );
  return {
    ...place,
    lines,
    bodies: Object.fromEntries(bodies.map(({ name, body }) => [name, Buffer.from(body).toString('utf8')])),
    manifestDigest: markers.find(({ seq }) => seq === place.active)?.digest ?? null,
    sound: whole?.sound === true,
    markers: markers.map(({ seq, releaseId, fence }) => ({ seq, releaseId, fence })),
    activations: await database.query(
      'select n, seq, release_id as "releaseId", kind, fence from production.activation order by n',
    ),
  };
};

const none = {
  ...{ releases: [], audit: [], chainHolds: true, leases: 0, text: '' },
  ...{ backups: [], backedUp: [], damaged: [], overlaps: [] },
} as const;

/** From its first step to its end; what was never ended lasts until the last that is known of it. */
const readOverlaps = async (database: Database): Promise<readonly string[]> => {
  const pairs = await database.query<{ pair: string }>(
    `with work as (
       select r.id, r.n, r.place_id, least(r.started_at, min(s.began_at)) as began,
         greatest(r.started_at, r.ended_at, max(s.began_at), max(s.ended_at)) as ended
       from m3forge.release r left join m3forge.step s on s.release_id = r.id
       where r.started_at is not null group by r.id)
     select a.id || ' and ' || b.id as pair from work a join work b on a.place_id = b.place_id and a.n < b.n
     where a.began < b.ended and b.began < a.ended order by a.n, b.n`,
  );
  return pairs.map(({ pair }) => pair);
};

const readBackups = async (database: Database, directory: string | undefined) => {
  const rows = await database.query<BackupRow>(
    `select id, place_id as "placeId", version, parent, encode(manifest_digest, 'hex') as "manifestDigest",
       encode(index_digest, 'hex') as "indexDigest" from m3forge.backup where removed_at is null order by n`,
  );
  return {
    backups: rows.map(({ id }) => id),
    backedUp: rows.map(({ version, manifestDigest }) => ({ version, manifestDigest })),
    damaged: directory === undefined ? [] : damagedBackups(directory, rows),
  };
};

const readState = async (database: Database, directory: string | undefined) => {
  if (!(await exists(database, 'm3forge.release'))) return none;
  const releases = await database.query<ReleaseRow>(
    `select id, target, kind, state, version, on_failure as "onFailure", from_seq as "fromSeq", seq, started_at is not null as started,
       ended_at is not null as ended from m3forge.release order by n`,
  );
  const audit = await database.query<Parameters<typeof chainHolds>[0][number]>(
    'select n, at, actor, event, subject, environment, detail, origin, previous, hash from m3forge.audit order by n',
  );
  const leases = await database.query('select 1 from m3forge.place where lease_id is not null');
  const texts = await database.query<{ line: string }>(
    `select r::text as line from m3forge.release r union all select s::text from m3forge.step s
     union all select l::text from m3forge.release_log l union all select a::text from m3forge.audit a
     union all select p::text from m3forge.place p union all select b::text from m3forge.backup b
     union all select v::text from m3forge.avoid v union all select m::text from m3forge.version m order by 1`,
  );
  return {
    releases,
    audit: audit.map(({ n, event, subject }) => ({ n, event, subject })),
    chainHolds: chainHolds(audit),
    leases: leases.length,
    ...(await readBackups(database, directory)),
    overlaps: await readOverlaps(database),
    text: texts.map(({ line }) => line).join('\n'),
  };
};

/** What the lines that consumers see come to. */
export const contentOf = (place: PlaceView | undefined): string | null =>
  place && place.active > 0 ? manifestDigestOf(place.lines) : null;

const beside = async <T>(location: DatabaseLocation, work: (database: Database) => Promise<T>): Promise<T> => {
  const database = await openDatabase(location, quietSystem, { lockTimeoutMs: 0, command: 'chaos' });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
};

/** `project`: where backups lie, and what must be stored nowhere, where there is any; without it, neither is looked at. */
export const observe = (
  location: DatabaseLocation,
  project?: { readonly directory: string; readonly password: string | undefined },
): Promise<Observation> =>
  beside(location, async (database) => ({
    place: await readPlace(database),
    ...(await readState(database, project?.directory)),
    spilled: project?.password === undefined ? [] : await findSpilled(database, project.directory, project.password),
  }));

/** Lets an hour pass since any holder of a lease was heard of. */
export const ageLeases = (location: DatabaseLocation): Promise<void> =>
  beside(location, async (database) => {
    if (!(await exists(database, 'm3forge.place'))) return;
    await database.execute(
      "update m3forge.place set lease_heartbeat = now() - interval '1 hour' where lease_id is not null",
    );
  });

/** Changes what is stored, past the program. */
export const alter = (location: DatabaseLocation, sql: string): Promise<void> =>
  beside(location, (database) => database.transaction((transaction) => transaction.script(sql)));

/** Puts the place's schema back to its first step, as an older m3forge would have left it. */
export const makeOlder = (location: DatabaseLocation): Promise<void> =>
  alter(
    location,
    `drop view production.processor_files, production.variables;
     drop table production.variable;
     alter table production.activation drop column variables;
     drop function production.processor_file_at, production.processor_at;
     drop view production.workflows, production.agents, production.processors, production.active_artifact;
     drop function production.workflow_at, production.agent_at, production.artifact_at;
     delete from production.m3forge_migration where id >= 2;`,
  );
