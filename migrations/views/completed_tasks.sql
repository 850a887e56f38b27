create or replace view taskqueue.completed_tasks as
select q.name as queue, c.name, c.tag, c.created, c.first_attempt,
       c.completed, c.attempts, case when q.mode = 'push' then coalesce(c.url, '/_ah/queue/' || q.name) end as url,
       case when q.mode = 'push' then c.target end as target,
       coalesce(c.namespace, '') as namespace, c.expires
from taskqueue._completed_tasks as c
join taskqueue._queues as q on q.id = c.queue_id and q.deleted_at is null
where c.expires > (select taskqueue._now() offset 0);

comment on view taskqueue.completed_tasks is
  'One row per completed task, of the queues that keep them (keep_completed). Select by queue, and by name, tag or '
  'completed.';
comment on column taskqueue.completed_tasks.queue is 'Its queue.';
comment on column taskqueue.completed_tasks.name is 'Its name.';
comment on column taskqueue.completed_tasks.tag is 'Its tag; null: none.';
comment on column taskqueue.completed_tasks.created is 'When it was added.';
comment on column taskqueue.completed_tasks.first_attempt is 'When it was first tried; null for a pull task.';
comment on column taskqueue.completed_tasks.completed is
  'Push: when the outcome was recorded; pull: when its worker deleted it.';
comment on column taskqueue.completed_tasks.attempts is 'Number of attempts or leases, the last one included.';
comment on column taskqueue.completed_tasks.url is 'Path of the handler; null for a pull task.';
comment on column taskqueue.completed_tasks.target is 'The target it had then; null: the default one, or a pull task.';
comment on column taskqueue.completed_tasks.namespace is 'Its namespace; empty: none.';
comment on column taskqueue.completed_tasks.expires is 'When it will be forgotten.';
