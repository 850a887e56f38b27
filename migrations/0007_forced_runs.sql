-- 0007_forced_runs: tasks that run_task wants dispatched at once, whatever the rate or state of their queue. A
-- dispatcher empties it when it polls next.
create table taskqueue._forced_runs (
  queue_id integer not null,
  task_id bigint not null,
  requested timestamptz not null,
  constraint _forced_runs_pkey primary key (queue_id, task_id)
);
