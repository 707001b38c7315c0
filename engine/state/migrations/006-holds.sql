-- Why releases are stopped, all of them or those of one target, until somebody lifts the hold or its time has come.
create table :schema.hold (
  id uuid primary key,
  -- Null: every target.
  target text,
  reason text not null,
  until timestamptz,
  at timestamptz not null default clock_timestamp(),
  by text not null,
  lifted_at timestamptz,
  lifted_by text,
  lift_reason text
);
create index on :schema.hold (at) where lifted_at is null;
