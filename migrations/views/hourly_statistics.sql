create or replace view taskqueue.hourly_statistics as
select q.name as queue, s.hour, sum(s.executed)::bigint as executed,
       coalesce(case q.mode when 'pull' then sum(s.executed) else sum(s.started) end, 0)::bigint as started,
       coalesce(sum(s.succeeded), 0)::bigint as succeeded,
       coalesce(sum(s.client_error), 0)::bigint as client_error, coalesce(sum(s.throttled), 0)::bigint as throttled,
       coalesce(sum(s.server_error), 0)::bigint as server_error,
       coalesce(sum(s.other_status), 0)::bigint as other_status, coalesce(sum(s.no_answer), 0)::bigint as no_answer,
       coalesce(sum(s.unknown_target), 0)::bigint as unknown_target, coalesce(sum(s.failed), 0)::bigint as failed,
       coalesce(sum(s.expired), 0)::bigint as expired, coalesce(sum(s.dead), 0)::bigint as dead,
       coalesce(sum(s.released), 0)::bigint as released
from taskqueue._hourly_statistics as s
join taskqueue._queues as q on q.id = s.queue_id and q.deleted_at is null
where s.hour > (select taskqueue._now() offset 0) - interval '3024000 seconds'
group by q.name, q.mode, s.hour;

comment on view taskqueue.hourly_statistics is
  'What happened in each hour of the last 35 days, one row per queue and hour with anything. The last one or two '
  'hours are still in the view minute_statistics.';
comment on column taskqueue.hourly_statistics.queue is 'The queue.';
comment on column taskqueue.hourly_statistics.hour is 'When the hour began.';
comment on column taskqueue.hourly_statistics.executed is 'Push: attempts that ended; pull: leases given.';
comment on column taskqueue.hourly_statistics.started is 'Push: attempts that started; pull: leases given.';
comment on column taskqueue.hourly_statistics.succeeded is
  'Push: attempts that succeeded; pull: leased tasks that were deleted.';
comment on column taskqueue.hourly_statistics.client_error is 'Push: attempts answered with 400 to 499, except 429.';
comment on column taskqueue.hourly_statistics.throttled is 'Push: attempts answered with 429.';
comment on column taskqueue.hourly_statistics.server_error is 'Push: attempts answered with 500 to 599.';
comment on column taskqueue.hourly_statistics.other_status is
  'Push: attempts answered with another status that is no success.';
comment on column taskqueue.hourly_statistics.no_answer is 'Push: attempts that got no answer.';
comment on column taskqueue.hourly_statistics.unknown_target is 'Push: attempts whose target was not set.';
comment on column taskqueue.hourly_statistics.failed is 'Pull: leases that workers ended with an error.';
comment on column taskqueue.hourly_statistics.expired is 'Pull: leases that expired, counted when the task was found.';
comment on column taskqueue.hourly_statistics.dead is 'Tasks that used up their retries.';
comment on column taskqueue.hourly_statistics.released is
  'Push: tasks that were claimed and not sent; pull: tasks that workers gave back.';
