-- 0012_attempts: what became of attempts: all that failed, and the success that came after a failure. A task that succeeds at once leaves nothing: of most
-- tasks there is nothing to explain, and a row for each would cost more than all the rest of settling it.
--
-- Only ever appended to, and dropped a day at a time (sweep_attempts). A row of a day that has no partition yet goes to the default one.
create table taskqueue._attempts (
  queue_id integer not null,
  ended timestamptz not null,
  attempt integer not null,         -- from 1; a run that run_task asked for has the number of the next
  status integer not null,          -- 0: no answer
  seconds real not null,            -- from its claim to its end
  name text not null,               -- of the task
  reason text,                      -- null: success
  error text,                       -- why there was no answer
  response text,                    -- the first 1024 bytes of the answer's body
  dispatcher text
) partition by range (ended);

create table taskqueue._attempts_default partition of taskqueue._attempts default;

create index _attempts_name on taskqueue._attempts (queue_id, name, ended);                        -- one task's
create index _attempts_ended on taskqueue._attempts (queue_id, ended);                             -- a queue's, the latest first
