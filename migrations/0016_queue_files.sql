-- 0016_queue_files: what a queue file declares beside the queues, and who created a queue.

-- A file disables the queues it no longer lists, but only those that came from a file.
alter table taskqueue._queues add column managed_by text not null default 'api' check (managed_by in ('file', 'api'));
update taskqueue._queues set managed_by = 'file' where name = 'default'; -- built in; no file can disable it

-- Settings of all queues together. No row: the built-in value.
create table taskqueue._settings (
  name text primary key,
  value text not null                                    -- as the user wrote it
);

-- What a queue file changes or would change.
create type taskqueue.queue_change as (
  queue text,                                            -- null: a setting of all queues together
  change text,                                           -- create, change, pause, resume, disable, adopt
  -- for example rate or task_retry_limit; state for pause, resume and disable
  setting text,
  before text,
  after text
);
