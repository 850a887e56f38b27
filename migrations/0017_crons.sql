-- 0017_crons: the entries of cron files. A run of an entry is a task: it is delivered, signed, retried and counted like
-- any other.
create table taskqueue._crons (
  -- a changed entry gets a new id, and its next run is computed again
  id bigint generated always as identity primary key,
  name text not null unique,
  entry jsonb not null,                                  -- as in the file
  queue text not null,                                   -- the queue its tasks are added to
  since timestamptz not null,                            -- the moment the next run is counted from
  -- null: not computed yet, or counted from the end of the current run
  next_run timestamptz,
  -- why the last run could not be added, or the schedule can't be read
  problem text,
  last_run timestamptz,
  last_queue_id integer,
  last_task_id bigint,
  last_task text,
  last_ended timestamptz,                                -- null: it has not ended, or there was none
  last_result text,
  last_status integer
);

-- What a cron file changes or would change.
create type taskqueue.cron_change as (
  cron text,                                             -- null: the queue that entries run in
  change text,                                           -- create, change, remove
  setting text,
  before text,
  after text
);
