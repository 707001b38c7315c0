-- What people are told of, written with what it tells, and sent afterwards. One row for each of those who are told.
create table :schema.outbox (
  -- Stays the same however often it is sent: by it a receiver knows what it has already.
  id uuid primary key,
  n bigint generated always as identity unique,
  -- Null where it is about no one target.
  target text,
  -- Where it goes, in the words of the configuration: expressions are resolved when it is sent, and no secret is kept.
  sink jsonb not null,
  -- What goes to one place goes in the order of `n`.
  sink_digest bytea not null,
  happening jsonb not null,
  at timestamptz not null default clock_timestamp(),
  attempts integer not null default 0,
  attempted_at timestamptz,
  -- Not before this time, unless something newer goes to the same place or somebody asks for it.
  next_at timestamptz not null default clock_timestamp(),
  -- Why the last attempt came to nothing.
  problem text,
  -- It said no to this message alone, which then holds up no other.
  refused boolean not null default false,
  delivered_at timestamptz,
  given_up_at timestamptz
);
create index outbox_waiting on :schema.outbox (sink_digest, n) where delivered_at is null and given_up_at is null;
