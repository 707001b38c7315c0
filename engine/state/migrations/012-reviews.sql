-- What was brought to a place in an emergency, without its gates: open until they have passed against what runs, or until
-- nothing runs of it.
create table :schema.review (
  release_id uuid primary key references :schema.release (id),
  place_id uuid not null references :schema.place (id),
  target text not null,
  environment text not null,
  version text not null,
  justification text not null,
  gates jsonb not null,
  approvals integer not null,
  opened_at timestamptz not null default clock_timestamp(),
  opened_by text not null,
  closed_at timestamptz,
  closed_by text,
  outcome text check (outcome in ('passed', 'superseded', 'not_active')),
  comment text,
  check ((closed_at is null) = (outcome is null) and (closed_at is null) = (closed_by is null))
);

create index review_open on :schema.review (place_id) where closed_at is null;
