create or replace view taskqueue.hourly_statistics as
select q.name as queue, s.hour, sum(s.executed)::bigint as executed
from taskqueue._hourly_statistics as s
join taskqueue._queues as q on q.id = s.queue_id and q.deleted_at is null
where s.hour > (select taskqueue._now() offset 0) - interval '3024000 seconds'
group by q.name, s.hour;

comment on view taskqueue.hourly_statistics is
  'What was executed in each hour of the last 35 days, one row per queue and hour with anything. The last one or two '
  'hours are still in the view statistics.';
comment on column taskqueue.hourly_statistics.queue is 'The queue.';
comment on column taskqueue.hourly_statistics.hour is 'When the hour began.';
comment on column taskqueue.hourly_statistics.executed is 'Push: attempts that ended; pull: leases given.';
