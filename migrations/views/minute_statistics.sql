-- The last one or two hours are still in _statistics, second by second.
create or replace view taskqueue.minute_statistics as
with counted as (
  select m.queue_id, m.minute, m.executed, m.started, m.succeeded, m.client_error, m.throttled, m.server_error,
         m.other_status, m.no_answer, m.unknown_target, m.failed, m.expired, m.dead, m.released, m.due, m.lag,
         m.duration, m.tasks
  from taskqueue._minute_statistics as m
  where m.minute > (select taskqueue._now() offset 0) - interval '604800 seconds'
  union all
  select s.queue_id, date_trunc('minute', s.at, 'UTC'), s.executed, s.started, s.succeeded, s.client_error,
         s.throttled, s.server_error, s.other_status, s.no_answer, s.unknown_target, s.failed, s.expired, s.dead,
         s.released, s.due, s.lag::bigint[], s.duration::bigint[], s.tasks
  from taskqueue._statistics as s
)
select q.name as queue, c.minute, sum(c.executed)::bigint as executed,
       coalesce(case q.mode when 'pull' then sum(c.executed) else sum(c.started) end, 0)::bigint as started,
       coalesce(sum(c.succeeded), 0)::bigint as succeeded,
       coalesce(sum(c.client_error), 0)::bigint as client_error, coalesce(sum(c.throttled), 0)::bigint as throttled,
       coalesce(sum(c.server_error), 0)::bigint as server_error,
       coalesce(sum(c.other_status), 0)::bigint as other_status, coalesce(sum(c.no_answer), 0)::bigint as no_answer,
       coalesce(sum(c.unknown_target), 0)::bigint as unknown_target, coalesce(sum(c.failed), 0)::bigint as failed,
       coalesce(sum(c.expired), 0)::bigint as expired, coalesce(sum(c.dead), 0)::bigint as dead,
       coalesce(sum(c.released), 0)::bigint as released, max(c.due)::integer as due,
       taskqueue._column_sums(array_agg(c.lag) filter (where c.lag is not null)) as lag,
       taskqueue._column_sums(array_agg(c.duration) filter (where c.duration is not null)) as duration,
       max(c.tasks) as tasks
from counted as c
join taskqueue._queues as q on q.id = c.queue_id and q.deleted_at is null
group by q.name, q.mode, c.minute;

comment on view taskqueue.minute_statistics is
  'What happened in each minute of the last seven days, one row per queue and minute with anything.';
comment on column taskqueue.minute_statistics.queue is 'The queue.';
comment on column taskqueue.minute_statistics.minute is 'When the minute began.';
comment on column taskqueue.minute_statistics.executed is 'Push: attempts that ended; pull: leases given.';
comment on column taskqueue.minute_statistics.started is 'Push: attempts that started; pull: leases given.';
comment on column taskqueue.minute_statistics.succeeded is
  'Push: attempts that succeeded; pull: leased tasks that were deleted.';
comment on column taskqueue.minute_statistics.client_error is 'Push: attempts answered with 400 to 499, except 429.';
comment on column taskqueue.minute_statistics.throttled is 'Push: attempts answered with 429.';
comment on column taskqueue.minute_statistics.server_error is 'Push: attempts answered with 500 to 599.';
comment on column taskqueue.minute_statistics.other_status is
  'Push: attempts answered with another status that is no success.';
comment on column taskqueue.minute_statistics.no_answer is 'Push: attempts that got no answer.';
comment on column taskqueue.minute_statistics.unknown_target is 'Push: attempts whose target was not set.';
comment on column taskqueue.minute_statistics.failed is 'Pull: leases that workers ended with an error.';
comment on column taskqueue.minute_statistics.expired is
  'Pull: leases that expired, counted when the task was found.';
comment on column taskqueue.minute_statistics.dead is 'Tasks that used up their retries.';
comment on column taskqueue.minute_statistics.released is
  'Push: tasks that were claimed and not sent; pull: tasks that workers gave back.';
comment on column taskqueue.minute_statistics.due is
  'The most tasks that waited although they were due, up to 100, in samples every ten seconds; null: there was none.';
comment on column taskqueue.minute_statistics.lag is
  'Push: the seconds from due to start, counted in twelve buckets (histogram_quantile); null: nothing started.';
comment on column taskqueue.minute_statistics.duration is
  'Push: the seconds that attempts took, counted in twelve buckets (histogram_quantile); null: none ended.';
comment on column taskqueue.minute_statistics.tasks is
  'The most tasks not yet completed, in samples every ten seconds: exact below 100, an estimate above; null: there was '
  'none.';
