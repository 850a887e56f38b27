-- 0011_deferred_payload: calls of deferred functions that are too large for a task, which carries only the id. A row is
-- written by the transaction that adds its task, and is removed with it.
create table taskqueue._deferred_payload (
  id uuid primary key,          -- can't be guessed: whoever has the task's body may read the row
  task_id bigint not null,
  queue_id integer not null,
  created timestamptz not null,
  looked_at timestamptz not null, -- when its task was last checked (_sweep_deferred)
  data bytea not null
);

create index _deferred_payload_looked_at on taskqueue._deferred_payload (queue_id, looked_at); -- _sweep_deferred
create index _deferred_payload_task on taskqueue._deferred_payload (task_id);                  -- requeue_task
