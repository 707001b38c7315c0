-- Releases that wait for somebody's approval, and what people said about them.
alter table :schema.release
  -- The targets that its plan covered, and whether those were all; what is planned anew is planned with the same.
  add column scope jsonb not null default '{"targets": [], "all": false}',
  add column waiting_since timestamptz,
  -- When it is overdue; null for never.
  add column due_at timestamptz,
  -- What is overdue is rejected, in the place of being shown as overdue.
  add column rejected_when_due boolean not null default false;
-- A change of the configuration waits for approvals as a release does, and is about no place.
alter table :schema.release alter column place_id drop not null;
alter table :schema.release drop constraint release_kind_check;
alter table :schema.release add constraint release_kind_check
  check (kind in ('release', 'rollback', 'restore', 'configuration'));
alter table :schema.release add constraint release_has_place check (place_id is not null or kind = 'configuration');
create index on :schema.release (target) where state = 'waiting';

-- Each person says one thing about one release; the digest is that of the section they said it about.
create table :schema.approval (
  release_id uuid not null references :schema.release (id),
  by text not null,
  decision text not null check (decision in ('approved', 'rejected')),
  comment text,
  plan_digest bytea not null,
  at timestamptz not null default clock_timestamp(),
  primary key (release_id, by)
);
