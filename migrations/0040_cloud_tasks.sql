-- 0040_cloud_tasks: tasks and queues of the Cloud Tasks API.
--
-- http is the kind of a task. Not null: an HTTP task, with its URL as it was given and the tokens it asks for; it is
-- written once. Null: a native task, whose row doesn't grow. What attempts write stands beside it in small columns,
-- because changing a large value would rewrite it at each attempt.
alter table taskqueue._tasks
  add column http jsonb,
  add column non_5xx_executions integer,  -- attempts of an HTTP task answered with anything but 5xx; null: 0
  -- Of the last failed attempt: its due time, when it was sent, and when it was answered (null: it wasn't).
  add column last_scheduled timestamptz,
  add column last_dispatched timestamptz,
  add column last_answered timestamptz;

alter table taskqueue._dead_tasks
  add column http jsonb,
  add column non_5xx_executions integer,
  add column last_scheduled timestamptz,
  add column last_dispatched timestamptz,
  add column last_answered timestamptz;

alter table taskqueue._queues
  -- The parent of a queue that was created through the API. Null: it is visible under every project and location.
  add column project text,
  add column location text,
  add column purge_time timestamptz,        -- the last purge; unlike purged_at it stays
  -- In the JSON of google.cloud.tasks.v2.HttpTarget.
  add column http_target jsonb,
  add column logging_ratio double precision; -- stored for clients; nothing here samples by it

alter type taskqueue.dispatch
  add attribute http jsonb,                  -- null: a native task
  add attribute non_5xx_execution_count integer,
  add attribute http_target jsonb;           -- the queue's; null for native tasks
