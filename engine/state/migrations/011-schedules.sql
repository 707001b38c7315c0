-- Since when a schedule is looked after: what would have been due before that is nobody's.
create table :schema.schedule (
  target text primary key,
  cron text not null,
  timezone text not null,
  since timestamptz not null default clock_timestamp()
);

-- What is to be released by itself: a due time of a schedule, or a version that is new for a target. Each is there once,
-- whoever finds it, and is linked with its release in the transaction that opens that.
create table :schema.occurrence (
  target text not null,
  cause text not null check (cause in ('schedule', 'version')),
  -- The due time in ISO 8601, or the name of the version.
  key text not null,
  due_at timestamptz not null,
  -- Why a version is released, in words; null for a schedule.
  because text,
  attempts integer not null default 0,
  release_id uuid references :schema.release (id) on delete set null,
  -- Why it has not begun yet, or what came of it.
  note text,
  outcome text,
  settled_at timestamptz,
  primary key (target, cause, key)
);
create index occurrence_open on :schema.occurrence (target) where settled_at is null;
create index on :schema.occurrence (release_id);

-- Which planned times people were told of.
create table :schema.announcement (
  target text not null,
  due_at timestamptz not null,
  at timestamptz not null default clock_timestamp(),
  primary key (target, due_at)
);
