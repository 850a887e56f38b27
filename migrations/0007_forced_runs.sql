-- 0007_forced_runs: tasks that run_task wants dispatched at once, whatever their queue's rate or state. Emptied by the dispatcher's next look.
create table taskqueue._forced_runs (
  queue_id integer not null,
  task_id bigint not null,
  requested timestamptz not null,
  constraint _forced_runs_pkey primary key (queue_id, task_id)
);
