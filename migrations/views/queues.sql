create or replace view taskqueue.queues as
with estimates as materialized (select * from taskqueue._task_estimates()),
led as materialized (select l.key from taskqueue._held_locks as l
                     where l.lock = 'leader' and l.exclusive and l.authorized)
select q.name, q.mode, q.rate, q.bucket_size, q.max_concurrent_requests,
       case when seen.tasks <= 100 then seen.tasks
         else greatest(seen.tasks, coalesce(own.tasks, others.tasks)) end as tasks,
       seen.oldest_eta,
       minute.executed as executed_last_minute,
       seen.in_flight,
       enforced.rate as enforced_rate,
       present.state,
       case when present.state = 'paused' then q.paused_reason end as paused_reason,
       case when present.state = 'paused' then q.paused_until end as paused_until,
       q.target, taskqueue._retry_json(q.retry) as retry, q.tombstone_ttl, q.acl, q.created,
       q.dead_retention, q.attempt_retention, q.keep_completed, q.completed_retention, q.on_dead,
       minute.succeeded as succeeded_last_minute, minute.failed as failed_last_minute,
       minute.dead as dead_last_minute, seen.due, seen.scheduled, seen.oldest_due,
       taskqueue._condition(present.state, q.mode, q.id in (select l.key from led as l), seen.waits,
         minute.succeeded, minute.failed, minute.lost, enforced.rate < q.rate_per_second * (1 - 1e-8)) as condition
from taskqueue._queues as q
cross join (select taskqueue._now() as now offset 0) as at
cross join lateral (select taskqueue._queue_state(q.disabled_at, q.paused_at, q.paused_until,
  at.now) as state) as present
cross join lateral taskqueue._queue_overview(q) as seen
cross join lateral (select round(taskqueue._enforced_rate(q)::numeric, 9)::double precision as rate
                    offset 0) as enforced
cross join lateral (
  select coalesce(sum(s.executed), 0)::bigint as executed, coalesce(sum(s.succeeded), 0)::bigint as succeeded,
         coalesce(sum(coalesce(s.client_error, 0) + coalesce(s.throttled, 0) + coalesce(s.server_error, 0)
           + coalesce(s.other_status, 0) + coalesce(s.no_answer, 0) + coalesce(s.unknown_target, 0)
           + coalesce(s.failed, 0) + coalesce(s.expired, 0)), 0)::bigint as failed,
         coalesce(sum(s.unknown_target), 0)::bigint as lost, coalesce(sum(s.dead), 0)::bigint as dead
  from taskqueue._statistics as s
  where s.queue_id = q.id and s.at > (select taskqueue._now() offset 0) - interval '60 seconds'
) as minute
left join estimates as own on own.queue_id = q.id
left join estimates as others on others.queue_id is null
where q.deleted_at is null;

comment on view taskqueue.queues is 'One row per queue: its settings, its state and its current figures.';
comment on column taskqueue.queues.name is 'Its name.';
comment on column taskqueue.queues.mode is 'push: the dispatcher calls handlers; pull: workers lease tasks.';
comment on column taskqueue.queues.rate is 'Dispatches per second, minute, hour or day, as configured; null for pull.';
comment on column taskqueue.queues.bucket_size is 'How many tasks may start at once after an idle time; null for pull.';
comment on column taskqueue.queues.max_concurrent_requests is
  'How many requests may be in flight at the same time; null for pull.';
comment on column taskqueue.queues.tasks is
  'Tasks not yet completed: waiting, running, leased or backing off. Exact up to 100, an estimate beyond.';
comment on column taskqueue.queues.oldest_eta is 'The earliest ETA of its tasks; null: it has none.';
comment on column taskqueue.queues.executed_last_minute is
  'Push: attempts that ended in the last 60 seconds; pull: leases given.';
comment on column taskqueue.queues.in_flight is 'Tasks that a dispatcher or a worker holds now.';
comment on column taskqueue.queues.enforced_rate is
  'Dispatches per second that are allowed now: below the configured rate while handlers ask for less; null for pull.';
comment on column taskqueue.queues.state is 'running, paused (by a person) or disabled (missing from the queue file).';
comment on column taskqueue.queues.paused_reason is 'Why it is paused; null: it isn''t, or no reason was given.';
comment on column taskqueue.queues.paused_until is 'When the pause ends by itself; null: when it is resumed.';
comment on column taskqueue.queues.target is 'Where all its tasks go; null: each task decides.';
comment on column taskqueue.queues.retry is 'App Engine''s retry_parameters, in seconds.';
comment on column taskqueue.queues.tombstone_ttl is 'How long a used name can''t be reused.';
comment on column taskqueue.queues.acl is
  'Pull: who may lease (user_email) and add (writer_email) over REST; null: there is no list.';
comment on column taskqueue.queues.created is 'When it was created.';
comment on column taskqueue.queues.dead_retention is 'How long its dead tasks are kept.';
comment on column taskqueue.queues.attempt_retention is 'How long its recorded attempts are kept.';
comment on column taskqueue.queues.keep_completed is
  'Which completed tasks are kept: none, failures (those that had failed before), all, or a random share such as 10%.';
comment on column taskqueue.queues.completed_retention is 'How long completed tasks are kept.';
comment on column taskqueue.queues.on_dead is
  'Where a notice of each dead task is added, as {"queue", "url"}; null: nowhere.';
comment on column taskqueue.queues.succeeded_last_minute is
  'Push: attempts that succeeded in the last 60 seconds; pull: leased tasks that were deleted.';
comment on column taskqueue.queues.failed_last_minute is
  'Push: attempts that failed in the last 60 seconds; pull: leases that ended with an error or expired.';
comment on column taskqueue.queues.dead_last_minute is 'Tasks that used up their retries in the last 60 seconds.';
comment on column taskqueue.queues.due is 'Tasks that wait although they are due, up to 100.';
comment on column taskqueue.queues.scheduled is 'Tasks for later: planned, or backing off, up to 100.';
comment on column taskqueue.queues.oldest_due is
  'The earliest due time of the tasks that wait although they are due; null: there is none.';
comment on column taskqueue.queues.condition is
  'How it is: disabled, paused, no dispatcher (none leads this push queue), no target (most attempts had none, or the '
  'tasks that wait had none), failing (most attempts of the last minute failed: of five or more, or all), backing off '
  '(it has tasks, and all that would be due wait for their back-off), lowered (the enforced rate is below the '
  'configured one) or running.';
