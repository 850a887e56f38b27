-- 0030_crons: the entries of cron files. A run of an entry is a task: it is delivered, signed, tried again and counted as any other.
create table taskqueue._crons (
  id bigint generated always as identity primary key,    -- an entry that is changed becomes another one: its next run is worked out anew
  name text not null unique,
  entry jsonb not null,                                  -- as in the file
  queue text not null,                                   -- that its tasks are added to
  since timestamptz not null,                            -- from which the next run is counted
  next_run timestamptz,                                  -- null: not worked out yet, or to be counted from the end of the run that is under way
  problem text,                                          -- why the last run could not be added, or the schedule not be read
  last_run timestamptz,
  last_queue_id integer,
  last_task_id bigint,
  last_task text,
  last_ended timestamptz,                                -- null: it is under way, or there was none
  last_result text,
  last_status integer
);

-- What a cron file changes, or would.
create type taskqueue.cron_change as (
  cron text,                                             -- null: the queue that entries run in
  change text,                                           -- create, change, remove
  setting text,
  before text,
  after text
);
