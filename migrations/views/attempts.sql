create or replace view taskqueue.attempts as
select q.name as queue, a.name, a.attempt, a.ended - make_interval(secs => a.seconds) as started, a.ended, a.seconds,
       a.status, a.reason, a.error,
       case when (select has_function_privilege('taskqueue.task_payload(text, text)'::regprocedure, 'execute') offset 0)
            then a.response end as response,
       a.dispatcher, a.url
from taskqueue._attempts as a
join taskqueue._queues as q on q.id = a.queue_id and q.deleted_at is null
where a.ended > (select taskqueue._now() offset 0) - q.attempt_retention;

comment on view taskqueue.attempts is
  'One row per recorded attempt: all that failed, and the success of a push task after a failure. Rows are kept for '
  'the queue''s attempt_retention. Select by queue, and perhaps by name.';
comment on column taskqueue.attempts.queue is 'The task''s queue.';
comment on column taskqueue.attempts.name is 'The task''s name.';
comment on column taskqueue.attempts.attempt is 'Number of the attempt or lease, from 1.';
comment on column taskqueue.attempts.started is 'When the task was claimed or leased.';
comment on column taskqueue.attempts.ended is
  'When the response arrived, the deadline passed or the worker reported the failure.';
comment on column taskqueue.attempts.seconds is 'Duration, from claim to end.';
comment on column taskqueue.attempts.status is 'HTTP status of the response; 0: there was none.';
comment on column taskqueue.attempts.reason is
  'Why it failed, as the next attempt reads it: App Error, Permanent Failure, Instance Unavailable, Connection Error '
  'or Unknown Target; '
  'null: it succeeded.';
comment on column taskqueue.attempts.error is
  'Why there was no response; the error of a pull task, in the words of its worker.';
comment on column taskqueue.attempts.response is
  'The first 1024 bytes of the response, for roles that may read payloads; null for other roles, and for hosts that '
  'tasks named themselves.';
comment on column taskqueue.attempts.dispatcher is
  'Host and process of the dispatcher that sent the request; null for a pull task.';
comment on column taskqueue.attempts.url is
  'The URL that was called; null: none, or a handler in the dispatcher''s process.';
