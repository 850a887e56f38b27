-- 0020_queue_files: what a queue file declares besides the queues, and who made a queue.

-- The file disables what it no longer lists, but only queues that came from a file.
alter table taskqueue._queues add column managed_by text not null default 'api' check (managed_by in ('file', 'api'));
update taskqueue._queues set managed_by = 'file' where name = 'default'; -- built in; no file can disable it

-- What holds for all queues together. No row: the built-in value.
create table taskqueue._settings (
  name text primary key,
  value text not null                                    -- as the user wrote it
);

-- What a queue file changes, or would.
create type taskqueue.queue_change as (
  queue text,                                            -- null: a setting of all queues together
  change text,                                           -- create, change, pause, resume, disable, adopt
  setting text,                                          -- which one, such as rate or task_retry_limit; state for pause, resume and disable
  before text,
  after text
);
