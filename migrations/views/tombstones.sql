create or replace view taskqueue.tombstones as
select q.name as queue, n.name, coalesce(n.ended, q.purged_at) as ended,
  coalesce(n.expires, taskqueue._later(q.purged_at, q.tombstone_ttl)) as expires
from taskqueue._names as n
join taskqueue._queues as q on q.id = n.queue_id and q.deleted_at is null
where coalesce(n.expires,
               case when taskqueue._is_purged(n.task_id, q.purged)
                    then taskqueue._later(q.purged_at, q.tombstone_ttl) end) > (select taskqueue._now() offset 0);

comment on view taskqueue.tombstones is 'One row per used name that can''t be reused yet.';
comment on column taskqueue.tombstones.queue is 'The queue.';
comment on column taskqueue.tombstones.name is 'The name.';
comment on column taskqueue.tombstones.ended is 'When its task ended.';
comment on column taskqueue.tombstones.expires is 'When the name can be reused.';
