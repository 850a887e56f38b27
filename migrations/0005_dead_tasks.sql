-- 0005_dead_tasks: tasks that ran out of retries, kept to be inspected and requeued.
create table taskqueue._dead_tasks (
  like taskqueue._tasks,
  died timestamptz not null,
  reason text not null,
  expires timestamptz not null,
  constraint _dead_tasks_pkey primary key (id)
);

-- listings, sweep_queue
create index _dead_tasks_expires on taskqueue._dead_tasks (queue_id, expires);
