-- The state is derived and never stored:
--   scheduled -> due -> dispatched (push) or leased (pull) -> gone, or retrying (waits for its back-off) -> due ...
--
-- The view is read from end to end unless a limit ends that sooner: list_tasks returns the first tasks of a queue and
-- describe_task a single one, however long the queue is.
create or replace view taskqueue.tasks as
select r.queue, r.name, r.state, r.eta, r.created, r.method, r.url, r.target, r.tag, r.namespace, r.retry_count,
  r.lease_until, r.last_status, r.size
from taskqueue._task_rows as r;

comment on view taskqueue.tasks is 'One row per live task, without its payload. Select by queue.';
comment on column taskqueue.tasks.queue is 'Its queue.';
comment on column taskqueue.tasks.name is 'Its name, given or generated.';
comment on column taskqueue.tasks.state is
  'scheduled (waits for its ETA), due, dispatched (push) or leased (pull), retrying (waits for its back-off).';
comment on column taskqueue.tasks.eta is 'When it may next run or be leased; for a held task the end of the lease.';
comment on column taskqueue.tasks.created is 'When it was added.';
comment on column taskqueue.tasks.method is 'HTTP method; PULL for a pull task.';
comment on column taskqueue.tasks.url is
  'Path of its handler; of an HTTP task its URL as it was given; null for a pull task.';
comment on column taskqueue.tasks.target is 'Its target; null: the default one.';
comment on column taskqueue.tasks.tag is 'Its tag; null: none.';
comment on column taskqueue.tasks.namespace is 'Its namespace; empty: none; null for a pull task.';
comment on column taskqueue.tasks.retry_count is 'Attempts or leases so far.';
comment on column taskqueue.tasks.lease_until is 'Until when a dispatcher or a worker holds it; null: it is not held.';
comment on column taskqueue.tasks.last_status is
  'HTTP status of the last attempt; 0: there was no response; null: there was no attempt.';
comment on column taskqueue.tasks.size is 'Bytes as App Engine counted them: method, URL, headers and body.';
