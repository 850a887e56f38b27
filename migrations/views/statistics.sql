create or replace view taskqueue.statistics as
select q.name as queue, date_trunc('minute', s.at, 'UTC') as minute, sum(s.executed)::bigint as executed
from taskqueue._statistics as s
join taskqueue._queues as q on q.id = s.queue_id and q.deleted_at is null
where s.at > (select taskqueue._now() offset 0) - interval '3600 seconds'
group by q.name, date_trunc('minute', s.at, 'UTC')
having sum(s.executed) > 0;

comment on view taskqueue.statistics is
  'What was executed in each minute of the last hour, one row per queue and minute with anything. minute_statistics '
  'tells more.';
comment on column taskqueue.statistics.queue is 'The queue.';
comment on column taskqueue.statistics.minute is 'When the minute began.';
comment on column taskqueue.statistics.executed is 'Push: attempts that ended; pull: leases given.';
