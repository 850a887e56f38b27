-- 0041_cloud_rows: what the functions of the Cloud Tasks API return; attempts that run_task requested are counted.
alter table taskqueue._tasks add column forced_runs integer;       -- null: 0; attempts don't include them
alter table taskqueue._dead_tasks add column forced_runs integer;

create type taskqueue.cloud_task as (
  name text,
  http jsonb,                 -- null: an App Engine task
  target text,
  url text,
  method text,
  headers jsonb,
  body bytea,                 -- null: it has none, or it wasn't asked for
  body_bytes integer,         -- null: it has none
  schedule_time timestamptz,  -- when it is due, or the end of its back-off
  created timestamptz,
  dispatch_deadline double precision,  -- seconds; null: the default
  retry jsonb,                -- null: the queue's
  dispatch_count integer,
  response_count integer,
  first_attempt timestamptz,
  -- The attempt under way, or the last one; null: there was none.
  last_scheduled timestamptz,
  last_dispatched timestamptz,
  last_answered timestamptz,  -- null: it wasn't answered, or not yet
  last_status integer,        -- 0: no response; null: it is under way
  -- Of the row that ends a page and has nothing else: where the next page begins.
  position text
);

-- What of a new task its creator doesn't know.
create type taskqueue.new_cloud_task as (
  name text,
  headers jsonb,
  retry jsonb,
  schedule_time timestamptz,
  created timestamptz
);

create type taskqueue.cloud_queue as (
  name text,
  mode text,
  project text,               -- null: it belongs to no parent, and is visible under all
  location text,
  rate_per_second numeric,    -- null for pull, as are the next two
  bucket_size integer,
  max_concurrent_requests integer,
  retry jsonb,
  target text,
  state text,
  purge_time timestamptz,
  http_target jsonb,
  logging_ratio numeric
);

-- Tasks of a deleted queue are removed afterwards (clean_purged).
drop function if exists taskqueue._remove_tasks(integer);
