create or replace view taskqueue.dead_tasks as
select q.name as queue,
       coalesce(d.name, taskqueue._name(d.id, d.created)) as name,
       d.died, d.reason, d.attempts as retry_count, d.last_status,
       case q.mode when 'pull' then 'PULL' else coalesce(d.method, 'POST') end as method,
       case when q.mode = 'push' then coalesce(nullif(d.http ->> 'url', ''), d.url, '/_ah/queue/' || q.name) end as url,
       case when q.mode <> 'push' then null when d.http is null then coalesce(q.target, d.target)
            else coalesce(d.target, q.target) end as target,
       d.tag, coalesce(d.namespace, '') as namespace, d.created, d.first_attempt, d.expires,
       coalesce(octet_length(d.body), 0)::bigint as size, a.error,
       case when (select has_function_privilege('taskqueue.task_payload(text, text)'::regprocedure, 'execute') offset 0)
            then a.response end as response,
       d.noticed, d.notice_error
from taskqueue._dead_tasks as d
join taskqueue._queues as q on q.id = d.queue_id and q.deleted_at is null
left join lateral (select a.error, a.response from taskqueue._attempts as a
                   where a.queue_id = d.queue_id and a.name = coalesce(d.name, taskqueue._name(d.id, d.created))
                     and a.ended <= d.died + interval '1 second'
                   order by a.ended desc limit 1) as a on true
where d.expires > (select taskqueue._now() offset 0);

comment on view taskqueue.dead_tasks is
  'One row per task that ran out of retries. Dead tasks are kept for the queue''s dead_retention; requeue_task puts '
  'them back.';
comment on column taskqueue.dead_tasks.queue is 'Its queue.';
comment on column taskqueue.dead_tasks.name is 'Its name, which can''t be reused until it expires or is requeued.';
comment on column taskqueue.dead_tasks.died is 'When it ran out of retries.';
comment on column taskqueue.dead_tasks.reason is
  'Why the last attempt failed; task_retry_limit for a pull task that was leased too often.';
comment on column taskqueue.dead_tasks.retry_count is 'Number of attempts or leases.';
comment on column taskqueue.dead_tasks.last_status is 'HTTP status of the last attempt; 0: there was no response.';
comment on column taskqueue.dead_tasks.method is 'HTTP method; PULL for a pull task.';
comment on column taskqueue.dead_tasks.url is
  'Path of the handler; of an HTTP task the URL as it was given; null for a pull task.';
comment on column taskqueue.dead_tasks.target is 'Its target; null: the default one.';
comment on column taskqueue.dead_tasks.tag is 'Its tag; null: none.';
comment on column taskqueue.dead_tasks.namespace is 'Its namespace; empty: none.';
comment on column taskqueue.dead_tasks.created is 'When it was added.';
comment on column taskqueue.dead_tasks.first_attempt is 'When it was first tried.';
comment on column taskqueue.dead_tasks.expires is 'When it will be removed.';
comment on column taskqueue.dead_tasks.size is 'Bytes of its body.';
comment on column taskqueue.dead_tasks.error is 'Why the last attempt got no response.';
comment on column taskqueue.dead_tasks.response is
  'The first 1024 bytes of the last response, for roles that may read payloads.';
comment on column taskqueue.dead_tasks.noticed is
  'When the queue''s notice of it was added (on_dead); null: not yet, or the queue has none.';
comment on column taskqueue.dead_tasks.notice_error is 'Why the notice could not be added.';
