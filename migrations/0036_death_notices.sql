-- 0036_death_notices: a queue can have a task added for each of its tasks that dies (on_dead). The row of the dead task
-- is the outbox: it awaits its notice until a dispatcher or the scheduler adds that.
alter table taskqueue._queues add column on_dead jsonb;             -- {"queue", "url"}; null: no notices

alter type taskqueue.queue add attribute on_dead jsonb;

alter table taskqueue._dead_tasks
  add column awaits_notice boolean,                                 -- null: no
  add column noticed timestamptz,                                   -- when its notice was added
  add column notice_error text;                                     -- why it could not be added

create index _dead_tasks_awaiting on taskqueue._dead_tasks (died) where awaits_notice;              -- notify_deaths
