-- 0012_attempts: recorded attempts: all that failed, and the success after a failure. A task that succeeds at once
-- leaves nothing: there is nothing to explain, and a row for each would cost more than the rest of settling it.
--
-- Only ever appended to, and dropped a day at a time (sweep_attempts). A row of a day without a partition goes to the
-- default one.
create table taskqueue._attempts (
  queue_id integer not null,
  ended timestamptz not null,
  attempt integer not null,         -- from 1; a run requested by run_task has the number of the next attempt
  status integer not null,          -- 0: no response
  seconds real not null,            -- from claim to end
  name text not null,               -- of the task
  reason text,                      -- null: success
  error text,                       -- why there was no response
  response text,                    -- the first 1024 bytes of the response's body
  dispatcher text
) partition by range (ended);

create table taskqueue._attempts_default partition of taskqueue._attempts default;

-- attempts of one task
create index _attempts_name on taskqueue._attempts (queue_id, name, ended);
-- attempts of a queue, the latest first
create index _attempts_ended on taskqueue._attempts (queue_id, ended);
