-- A hold of all targets of an environment, those of later configurations included; and one that begins at a later time.
alter table :schema.hold add column environment text;
alter table :schema.hold add column begins timestamptz;
alter table :schema.hold add check (target is null or environment is null);
alter table :schema.hold add check (begins is null or until is null or begins < until);

-- What was changed by hand in the place of a target and was told, so that each finding is told once.
create table :schema.drift_told (
  target text primary key,
  digest bytea not null,
  at timestamptz not null default clock_timestamp()
);
