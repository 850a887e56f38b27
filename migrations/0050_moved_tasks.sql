-- 0050_moved_tasks: tasks on their way to another database (export_tasks, import_tasks).
--
-- A batch is what one transaction takes and another adds. It leaves its tasks' queue when it is taken, and stays here
-- until whoever took it says that it has arrived: a crash at any moment leaves it here, there, or in both, and there it
-- is added once.
create table taskqueue._exported_batches (
  queue_id integer not null,
  number bigint generated always as identity,  -- their order
  batch uuid not null default gen_random_uuid(),
  taken timestamptz not null,
  tasks integer not null,
  dead boolean not null,            -- they are dead tasks
  destination text not null,        -- where they go, for people; '' if nothing was said
  reached timestamptz not null,     -- of the last task: when it was due, or when it would have expired as a dead task
  content jsonb not null,           -- as import_tasks takes it
  constraint _exported_batches_pkey primary key (queue_id, number)
);

-- Which batches have arrived; kept for 90 days, so that none is added again.
create table taskqueue._imported_batches (
  batch uuid not null,
  queue_id integer not null,
  imported timestamptz not null,
  tasks integer not null,
  dead integer not null,            -- how many of them were added as dead tasks
  constraint _imported_batches_pkey primary key (batch)
);

create index _imported_batches_imported on taskqueue._imported_batches (imported);                -- import_tasks
