-- 0005_dead_tasks: tasks that ran out of retries, kept to be looked at and put back.
create table taskqueue._dead_tasks (
  like taskqueue._tasks,
  died timestamptz not null,
  reason text not null,
  expires timestamptz not null,
  constraint _dead_tasks_pkey primary key (id)
);

create index _dead_tasks_expires on taskqueue._dead_tasks (queue_id, expires);                    -- listings, sweep_queue
