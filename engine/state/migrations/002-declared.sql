-- The configuration as it was last put into effect: what a plan compares the file with, and whose rules govern.
create table :schema.declared (
  -- Such as `target.production`.
  address text primary key,
  -- For a target, the place it released into; null where it has released nothing yet.
  place_id uuid,
  body jsonb not null,
  digest bytea not null,
  -- Null where an apply recorded it that had only configuration.
  since_release uuid,
  at timestamptz not null default now()
);

-- Sections of saved plans that held configuration only: each is used once, as one that is released.
create table :schema.configuration_use (
  plan_id uuid not null,
  -- The target, or nothing for what affects several.
  section text not null,
  actor text not null,
  at timestamptz not null default now(),
  primary key (plan_id, section)
);
