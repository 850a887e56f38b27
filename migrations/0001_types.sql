-- 0001_types: the public rows that functions return, and the retry block that queues and tasks share.
--
-- Public rows are composite types and not the rows of tables, so that tables can change and nothing private shows.

-- Nobody may execute new functions until grants.sql says so (by PostgreSQL's default everybody may).
do $$
begin
  if current_user = 'taskqueue_owner' then
    alter default privileges revoke execute on functions from public;
  end if;
end
$$;

-- What add returns.
create type taskqueue.task as (
  queue text,
  name text,
  eta timestamptz,            -- earliest moment to run
  created timestamptz,
  existed boolean             -- true: if_exists => 'ignore' found the name in use, and nothing was added
);

-- What add_tasks returns for each task of the batch.
create type taskqueue.add_result as (
  index integer,              -- position in the batch, from 0
  name text,
  result text,                -- added, exists or tombstoned
  eta timestamptz,            -- null for a tombstone
  created timestamptz
);

-- A task that a pull worker has leased.
create type taskqueue.leased_task as (
  queue text,
  name text,
  eta timestamptz,            -- end of the lease
  created timestamptz,
  payload bytea,
  tag text,
  retry_count integer,        -- leases so far, including this one
  lease_token uuid            -- proves who holds the lease
);

-- When and how often a failed task is retried (App Engine's retry_parameters), in seconds; a null limit: none.
create type taskqueue.retry_parameters as (
  task_retry_limit integer,
  task_age_limit double precision,
  min_backoff_seconds double precision,
  max_backoff_seconds double precision,
  max_doublings integer
);

-- A queue's settings and state.
create type taskqueue.queue as (
  name text,
  mode text,                  -- push, pull
  rate text,                  -- App Engine's text, such as 5/s; null for pull
  bucket_size integer,
  max_concurrent_requests integer,
  target text,
  retry jsonb,
  tombstone_ttl interval,
  acl jsonb,
  state text,                 -- running, paused, disabled
  paused_reason text,
  paused_until timestamptz,
  created timestamptz
);

-- One HTTP request that a dispatcher is to send.
create type taskqueue.dispatch as (
  id bigint,
  queue text,
  name text,
  url text,
  method text,
  headers jsonb,
  body bytea,                 -- null: no body
  target text,                -- null: the default target
  namespace text,
  eta timestamptz,            -- of this attempt
  created timestamptz,
  retry_count integer,        -- earlier attempts
  execution_count integer,    -- earlier attempts that got a response
  previous_response integer,  -- status of the previous attempt; 0: no response; null: this is the first
  retry_reason text,
  dispatch_deadline double precision,  -- seconds
  lease_token uuid,
  forced boolean              -- requested by run_task
);

-- A task as the view tasks shows it.
create type taskqueue.task_status as (
  queue text,
  name text,
  state text,
  eta timestamptz,
  created timestamptz,
  method text,
  url text,
  target text,
  tag text,
  namespace text,
  retry_count integer,
  lease_until timestamptz,
  last_status integer,
  size bigint
);

-- Statistics of a queue.
create type taskqueue.queue_statistics as (
  queue text,
  -- not yet completed: waiting, running, leased or backing off; exact up to 10000, an estimate beyond
  tasks bigint,
  oldest_eta timestamptz,     -- null: it has no task
  executed_last_minute bigint, -- push: attempts that ended; pull: leases
  executed_last_hour bigint,
  in_flight bigint,           -- requests in flight; null for pull
  enforced_rate double precision -- dispatches per second that are allowed now; null for pull
);

-- One reason why a task has not run, or what happened to it.
create type taskqueue.explanation as (
  reason text,                -- a word for programs; explain_task lists them
  detail text,                -- a sentence for people
  until timestamptz,          -- when this reason ends by itself, as far as is known; null: it doesn't, or already has
  remedy text                 -- what would change it; null: nothing needs to
);

-- A violation that verify found.
create type taskqueue.problem as (
  invariant text,
  queue text,
  detail text
);

-- A task as it was passed to add or add_tasks (private).
create type taskqueue._new_task as (
  url text,
  method text,
  payload text,
  payload_bytes bytea,
  payload_json jsonb,
  params jsonb,
  headers jsonb,
  name text,
  tag text,
  countdown double precision,
  eta timestamptz,
  target text,
  namespace text,
  dispatch_deadline double precision,
  retry jsonb,
  service text
);
