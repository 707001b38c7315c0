-- What m3forge has recorded. Bodies of artifacts are not copied here: they are in Git, in the place and in the backups.

create table :schema.state_identity (
  -- One row only: this state's own name, which every place it owns carries.
  only_row boolean primary key default true check (only_row),
  lineage uuid not null default gen_random_uuid(),
  created_at timestamptz not null default now()
);
insert into :schema.state_identity default values;

create table :schema.place (
  id uuid primary key,
  address text not null unique,
  environment text not null,
  created_at timestamptz not null default now(),
  -- The lease: who may write to the place now. All null while nobody holds it.
  lease_id uuid,
  lease_holder text,
  lease_operation text,
  lease_host text,
  lease_pid integer,
  lease_boot_id text,
  -- The database session that holds the advisory lock beside this row.
  lease_backend integer,
  lease_ci_run text,
  lease_since timestamptz,
  lease_heartbeat timestamptz
);

-- Who waits for a lease, in the order in which they came.
create table :schema.lease_waiter (
  n integer generated always as identity primary key,
  id uuid not null unique,
  place_id uuid not null references :schema.place (id),
  holder text not null,
  operation text not null,
  host text not null,
  pid integer not null,
  boot_id text not null,
  since timestamptz not null default clock_timestamp(),
  -- Set anew at each look; one who is not heard of lets the others go first.
  heartbeat timestamptz not null default clock_timestamp()
);

create table :schema.manifest (
  digest bytea primary key,
  -- Null: `entries` is the whole list. Otherwise the difference from that manifest.
  parent bytea references :schema.manifest (digest),
  -- How many parents lie between this one and a whole list.
  depth integer not null,
  entries bytea not null,
  removed jsonb not null default '[]'
);

-- Which manifest a tree of files comes to under a selection of globs, so that an equal tree is never listed twice.
create table :schema.tree (
  tree_id text not null,
  selection bytea not null,
  manifest_digest bytea not null references :schema.manifest (digest),
  problems jsonb not null,
  primary key (tree_id, selection)
);

create table :schema.blob_cache (
  blob text not null,
  kind text not null,
  -- Null where the file's own name is the artifact's name.
  name text,
  digest bytea not null,
  problems jsonb not null,
  -- Raised when reading or validating changes; rows of another edition are not used.
  edition integer not null,
  primary key (blob, kind)
);

create table :schema.version (
  name text primary key,
  commit text not null,
  tree_id text not null,
  manifest_digest bytea not null references :schema.manifest (digest),
  recorded_at timestamptz not null default now(),
  recorded_by uuid,
  deprecated boolean not null default false
);

create table :schema.release (
  id uuid primary key,
  n integer generated always as identity unique,
  target text not null,
  environment text not null,
  place_id uuid not null references :schema.place (id),
  kind text not null check (kind in ('release', 'rollback', 'restore')),
  state text not null check (state in (
    'pending_gates', 'waiting', 'in_progress', 'verifying', 'baking', 'succeeded', 'failed', 'rejected', 'cancelled',
    'rolling_back', 'rolled_back', 'rollback_failed', 'superseded')),
  version text not null,
  from_version text,
  from_seq integer not null,
  seq integer,
  plan_id uuid not null,
  plan_digest bytea not null,
  section jsonb not null,
  on_failure text not null check (on_failure in ('rollback', 'keep')),
  requested_by text not null,
  reason text,
  lease_id uuid,
  fence bigint,
  backup_id uuid,
  failure jsonb,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz
);
create index release_of_target on :schema.release (target, n desc);
create index release_of_place on :schema.release (place_id, n desc);
-- A section of a saved plan is used once.
create unique index release_uses_section on :schema.release (plan_id, target) where started_at is not null;

create table :schema.step (
  release_id uuid not null references :schema.release (id),
  n integer not null,
  name text not null,
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('done', 'failed')),
  detail text,
  primary key (release_id, n)
);

create table :schema.release_log (
  release_id uuid not null references :schema.release (id),
  n integer generated always as identity,
  at timestamptz not null default now(),
  level text not null check (level in ('info', 'warn', 'error')),
  message text not null,
  primary key (release_id, n)
);

create table :schema.gate_result (
  release_id uuid not null references :schema.release (id),
  gate text not null,
  passed boolean not null,
  duration_ms integer not null,
  evidence jsonb not null,
  primary key (release_id, gate)
);

create table :schema.avoid (
  place_id uuid not null references :schema.place (id),
  version text not null,
  reason text not null,
  release_id uuid not null references :schema.release (id),
  at timestamptz not null default now(),
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text,
  primary key (place_id, version, release_id)
);

create table :schema.backup (
  id uuid primary key,
  n integer generated always as identity unique,
  place_id uuid not null references :schema.place (id),
  environment text not null,
  release_id uuid,
  seq integer not null,
  version text,
  manifest_digest bytea not null,
  parent uuid,
  index_digest bytea not null,
  bodies integer not null,
  bytes bigint not null,
  created_at timestamptz not null default now(),
  verified_at timestamptz,
  removed_at timestamptz
);

create table :schema.audit (
  n integer primary key,
  at text not null,
  actor text not null,
  event text not null,
  subject text not null,
  detail jsonb not null,
  previous bytea not null,
  hash bytea not null
);
