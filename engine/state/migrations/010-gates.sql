-- How a gate ended, in more words than two: it may have warned, or not have been judged at all.
alter table :schema.gate_result add column verdict text;
update :schema.gate_result set verdict = case when passed then 'pass' else 'fail' end;
alter table :schema.gate_result alter column verdict set not null;
alter table :schema.gate_result add check (verdict in ('pass', 'warn', 'fail', 'skipped'));

-- What each smoke test of a release came to, so that limits on a version can be judged by how it ran elsewhere.
create table :schema.smoke_run (
  release_id uuid not null references :schema.release (id),
  n integer generated always as identity,
  -- The content that ran: a version may be released to several places.
  manifest_digest bytea not null,
  test text not null,
  kind text not null check (kind in ('run', 'http', 'invoke', 'check')),
  verdict text not null check (verdict in ('passed', 'failed', 'unattributed')),
  duration_ms integer not null,
  at timestamptz not null default clock_timestamp(),
  primary key (release_id, n)
);
create index smoke_run_of_content on :schema.smoke_run (manifest_digest, n desc);

-- Validation looks at more than it did, so what it found in a tree is found anew. What it knows of a blob has an edition.
delete from :schema.tree;
