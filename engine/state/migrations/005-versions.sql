-- How a version came to be, and whether it is still to be chosen. Versions of tags that others made have no `created_at`.
alter table :schema.version
  add column created_at timestamptz,
  add column created_by text,
  -- The version that it follows; null for the first one.
  add column base text,
  add column bump text check (bump in ('major', 'minor', 'patch')),
  -- What the content asked for, and why.
  add column demanded text check (demanded in ('major', 'minor', 'patch')),
  add column evidence jsonb,
  -- Why its number rises less than the content asked for.
  add column reason text,
  add column notes text,
  add column deprecated_at timestamptz,
  add column deprecated_by text,
  add column deprecation_reason text;
alter table :schema.version drop column deprecated;
create index on :schema.version (commit);
