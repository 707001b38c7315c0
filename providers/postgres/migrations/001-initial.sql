-- One place: where artifacts live, which sequence of them is active, and the traces that releases leave.

create table :schema.place (
  only_row boolean primary key default true check (only_row),
  place_id uuid not null,
  state_lineage uuid not null,
  -- Raised by every new lease; compared, under this row's lock, by every write.
  fence bigint not null default 0,
  -- The highest sequence ever written, active or not.
  head integer not null default 0,
  -- The pointer: the sequence that consumers see; 0 while nothing is active.
  active integer not null default 0
);

-- Content by digest, written once. `actual` is what the bytes really come to, so that a change by hand shows itself.
create table :schema.artifact (
  digest bytea primary key,
  body bytea not null,
  actual bytea generated always as (sha256(body)) stored
);
create index artifact_drift on :schema.artifact (digest) where digest <> actual;

-- Bodies are compressed fast or not at all: the default method costs more than it saves.
do $$
begin
  execute 'alter table :schema.artifact alter column body set compression lz4';
exception when others then
  execute 'alter table :schema.artifact alter column body set storage external';
end $$;

-- Sequence s consists of the rows with from_seq <= s and (to_seq is null or to_seq > s).
create table :schema.artifact_version (
  kind text collate "C" not null,
  name text collate "C" not null,
  digest bytea not null,
  from_seq integer not null,
  to_seq integer,
  primary key (kind, name, from_seq)
);
create unique index artifact_version_open on :schema.artifact_version (kind, name) where to_seq is null;
create index artifact_version_from on :schema.artifact_version (from_seq);
create index artifact_version_to on :schema.artifact_version (to_seq) where to_seq is not null;
create index artifact_version_digest on :schema.artifact_version (digest);

-- Which release wrote a sequence, in the transaction that wrote it.
create table :schema.marker (
  release_id uuid primary key,
  seq integer not null unique,
  version text not null,
  plan_digest bytea not null,
  manifest_digest bytea not null,
  fence bigint not null,
  written_at timestamptz not null default now(),
  pruned boolean not null default false
);

-- Every move of the pointer; rows are only ever added.
create table :schema.activation (
  n integer primary key,
  seq integer not null,
  release_id uuid not null,
  kind text not null check (kind in ('activate', 'return')),
  fence bigint not null,
  at timestamptz not null default now()
);
create index activation_release on :schema.activation (release_id);
