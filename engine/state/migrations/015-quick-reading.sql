-- The tree whose paths the entries of a manifest have: another tree may come to the same manifest by other paths.
alter table :schema.tree add column is_origin boolean not null default false;

-- Asked of each release in a list, whose sections may be large.
alter table :schema.release
  add column is_emergency boolean generated always as (jsonb_exists(section, 'emergency')) stored;
