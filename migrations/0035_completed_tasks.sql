-- 0035_completed_tasks: completed tasks, as far as their queues keep them (keep_completed). Only ever appended to, and
-- dropped by the day on which they expire (sweep_completed_tasks). A row of a day without a partition goes to the
-- default one: completing a task never fails for want of a partition.
alter table taskqueue._queues
  add column keep_completed text not null default 'none',        -- none, failures, all, or a share such as 10%
  add column completed_retention interval not null default '7 days';

alter type taskqueue.queue add attribute keep_completed text, add attribute completed_retention interval;

create table taskqueue._completed_tasks (
  created timestamptz not null,
  completed timestamptz not null,
  expires timestamptz not null,
  queue_id integer not null,
  attempts integer not null,        -- dispatches or leases
  first_attempt timestamptz,        -- null for a pull task
  name text not null,
  tag text,
  url text,
  target text,
  namespace text
) partition by range (expires);

create table taskqueue._completed_tasks_default partition of taskqueue._completed_tasks default;

-- a task by its name
create index _completed_tasks_name on taskqueue._completed_tasks (queue_id, name);
-- tasks of a tag, the latest first
create index _completed_tasks_tag on taskqueue._completed_tasks (queue_id, tag, completed) where tag is not null;
-- tasks of a queue, the latest first
create index _completed_tasks_completed on taskqueue._completed_tasks (queue_id, completed);

-- Only here rows expire one by one, and a day may be found to have rows (_add_days).
create index _completed_tasks_default_expires on taskqueue._completed_tasks_default (expires);

alter table taskqueue._completed_tasks replica identity full;                                       -- as in 0022
alter table taskqueue._completed_tasks_default replica identity full;
