-- Merged pull requests and commits that are released together as one version.
create table :schema.change_set (
  id uuid primary key,
  n integer generated always as identity,
  name text not null,
  description text not null,
  type text not null check (type in ('feature', 'bugfix', 'hotfix', 'performance', 'other')),
  -- The branch that all of its changes are on.
  branch text not null,
  -- The label of the rule that made it; null where somebody did.
  rule text,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  -- Raised with every change, so that what was looked at is what becomes a version.
  revision integer not null default 1,
  ready_at timestamptz,
  ready_by text,
  -- The version that was made of it; it is open until then.
  version text references :schema.version (name),
  check (version is null or ready_at is not null)
);
create unique index on :schema.change_set (name) where version is null;
create index on :schema.change_set (version);

-- A commit belongs to one change set for ever, unless it is taken out before a version is made.
create table :schema.change_set_entry (
  commit text primary key,
  n integer generated always as identity,
  change_set uuid not null references :schema.change_set (id),
  pull_request integer,
  title text not null,
  author text not null,
  labels jsonb not null,
  -- The artifacts that it changed: kind, path and what became of them; null where that could not be read.
  items jsonb,
  added_at timestamptz not null default clock_timestamp(),
  added_by text not null
);
create index on :schema.change_set_entry (change_set);
create index on :schema.change_set_entry (pull_request);

-- What a version that was made here brought since the one that it follows, with or without a change set.
create table :schema.version_change (
  version text not null references :schema.version (name),
  -- From 1, the newest first.
  n integer not null,
  commit text not null,
  pull_request integer,
  title text not null,
  author text not null,
  primary key (version, n)
);
create index on :schema.version_change (commit);
create index on :schema.version_change (pull_request);

alter table :schema.version
  -- How many older changes it brought besides; null where its changes are not recorded.
  add column changes_left_out integer,
  -- The versions that were merged to it: those that it comes after, and that its base does not come after.
  add column merged_versions jsonb;
