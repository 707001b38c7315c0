-- What proves to be somebody: of each token only the hash is kept, so that nobody can use what is read here.
create table :schema.token (
  id text primary key,
  -- What it is for, for people.
  name text not null,
  actor text not null,
  hash bytea not null,
  -- Null: every environment.
  environments text[],
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_by text
);
create index on :schema.token (actor) where revoked_at is null;
