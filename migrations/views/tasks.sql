-- tasks: one row a live task, without its payload. Give the queue: where queue = '...'.
--
-- state, derived and never stored:
--   scheduled -> due -> dispatched (push) or leased (pull) -> gone, or retrying (waits for its back-off) -> due ...
--
-- It is read from end to end, unless a limit ends it sooner: list_tasks has the first tasks of a queue, and
-- describe_task one, however long the queue is.
create or replace view taskqueue.tasks as
select r.queue, r.name, r.state, r.eta, r.created, r.method, r.url, r.target, r.tag, r.namespace, r.retry_count,
  r.lease_until, r.last_status, r.size
from taskqueue._task_rows as r;

comment on view taskqueue.tasks is 'One row a live task, without its payload.';
comment on column taskqueue.tasks.state is
  'scheduled (waits for its ETA), due, dispatched (push) or leased (pull), retrying (waits for its back-off).';
comment on column taskqueue.tasks.eta is 'When it may next run or be leased; of a held task the end of the lease.';
comment on column taskqueue.tasks.retry_count is 'Attempts or leases so far.';
comment on column taskqueue.tasks.lease_until is 'Until when a dispatcher or a worker holds it; null: nobody does.';
comment on column taskqueue.tasks.last_status is
  'HTTP status of the last attempt; 0: there was no answer; null: none was made.';
comment on column taskqueue.tasks.size is 'Bytes by App Engine''s count: method, URL, headers and body.';
comment on column taskqueue.tasks.queue is 'Its queue.';
comment on column taskqueue.tasks.name is 'Its name, given or generated.';
comment on column taskqueue.tasks.created is 'When it was added.';
comment on column taskqueue.tasks.method is 'HTTP method; PULL for a pull task.';
comment on column taskqueue.tasks.url is 'Path of its handler; null for a pull task.';
comment on column taskqueue.tasks.target is 'Its target; null: the default one.';
comment on column taskqueue.tasks.tag is 'Its tag; null: none.';
comment on column taskqueue.tasks.namespace is 'Its namespace; empty: none; null for a pull task.';
