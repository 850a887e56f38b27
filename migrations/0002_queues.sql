-- 0002_queues: one row per queue. Settings only: nothing here changes while tasks run.
create table taskqueue._queues (
  -- a queue created again under an old name gets a new id, so that old tasks don't belong to it
  id integer generated always as identity primary key,
  name text not null,
  mode text not null check (mode in ('push', 'pull')),
  rate text,                                             -- as the user wrote it
  rate_per_second double precision,                      -- null for pull
  bucket_size integer,
  max_concurrent_requests integer,
  target text,
  retry taskqueue.retry_parameters not null,
  tombstone_ttl interval not null,
  acl jsonb,
  created timestamptz not null,
  -- when it was created, configured or resumed: an enforced rate counts only if it is younger
  rate_since timestamptz not null,
  paused_at timestamptz,
  paused_reason text,
  paused_until timestamptz,                              -- when the pause ends by itself
  disabled_at timestamptz,
  -- the queue's own tombstone: its name can't be reused for seven days
  deleted_at timestamptz,
  purged_at timestamptz,                                 -- the last purge, until all its tasks are cleaned away
  -- what the purge saw: a task is purged if this snapshot sees its transaction
  purged pg_snapshot
);

-- One live queue per name. Every function that takes a queue uses it.
create unique index _queues_name on taskqueue._queues (name) where deleted_at is null;

insert into taskqueue._queues (name, mode, rate, rate_per_second, bucket_size, max_concurrent_requests, retry,
  tombstone_ttl, created, rate_since)
values ('default', 'push', '5/s', 5, 5, 1000, row(null, null, 0.1, 3600, 16), interval '9 days', clock_timestamp(),
  clock_timestamp());
