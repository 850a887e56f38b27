-- 0046_console_jobs: acts on many tasks at once, a chunk to a transaction (create_job, advance_job), and the rows that
-- the console's lists of tasks consist of.
create table taskqueue._jobs (
  id bigint generated always as identity,
  queue_id integer not null,
  queue text not null,              -- its name, also when it has been deleted
  act text not null,                -- run, delete, requeue, delete_dead
  filter jsonb,                     -- of live tasks; null: the names, or all that are dead
  names text[],                     -- null: the filter, or all that are dead
  position text,                    -- where the next chunk begins; null: at the first task
  tasks bigint not null,            -- how many were confirmed: no more are acted on
  done bigint not null default 0,
  skipped bigint not null default 0,
  looked_at bigint not null default 0,
  state text not null default 'running',    -- done, cancelled, failed
  problem text,                     -- why it failed
  actor text,                       -- for whom; null: for the login itself
  reason text,
  request_id text,
  created timestamptz not null,
  advanced timestamptz not null,    -- the last chunk: any server continues a job that rests
  ended timestamptz,
  constraint _jobs_pkey primary key (id)
);

-- advance_job
create index _jobs_running on taskqueue._jobs (advanced) where state = 'running';

create type taskqueue.found_task as (
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
  size bigint,
  statuses integer[],               -- of the last recorded attempts, at most 12, the latest last
  seconds double precision,         -- of the last one
  looked_at bigint,                 -- of the row that ends a page; all else of it but the position is null
  position text
);

create type taskqueue.dead_task as (
  queue text,
  name text,
  died timestamptz,
  reason text,
  retry_count integer,
  last_status integer,
  method text,
  url text,
  target text,
  tag text,
  namespace text,
  created timestamptz,
  first_attempt timestamptz,
  expires timestamptz,
  size bigint,
  error text,
  response text,
  noticed timestamptz,
  notice_error text,
  position text
);

create type taskqueue.found_name as (
  queue text,
  name text,
  ended timestamptz,
  expires timestamptz,
  looked_at bigint,                 -- of the row that ends a page, as in found_task
  position text
);
