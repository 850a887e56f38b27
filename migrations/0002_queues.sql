-- 0002_queues: one row a queue. Settings only: nothing here changes as tasks run.
create table taskqueue._queues (
  id integer generated always as identity primary key,   -- a queue made again under an old name gets a new id: old tasks stay old
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
  rate_since timestamptz not null,                       -- when it was made, configured or resumed: an enforced rate is younger
  paused_at timestamptz,
  paused_reason text,
  paused_until timestamptz,                              -- the pause ends by itself at this moment
  disabled_at timestamptz,
  deleted_at timestamptz,                                -- the queue's own tombstone: its name rests for seven days
  purged_at timestamptz,                                 -- the last purge whose tasks are not all cleaned away yet
  purged pg_snapshot                                     -- what it saw: a task is purged if this snapshot sees its transaction
);

-- One live queue a name; found by every function that is given a queue.
create unique index _queues_name on taskqueue._queues (name) where deleted_at is null;

insert into taskqueue._queues (name, mode, rate, rate_per_second, bucket_size, max_concurrent_requests, retry, tombstone_ttl, created, rate_since)
values ('default', 'push', '5/s', 5, 5, 1000, row(null, null, 0.1, 3600, 16), interval '9 days', clock_timestamp(), clock_timestamp());
