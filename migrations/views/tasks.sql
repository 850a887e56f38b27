-- tasks: one row a live task, without its payload. Give the queue: where queue = '…'.
--
-- state, derived and never stored:
--   scheduled → due → dispatched (push) or leased (pull) → gone, or retrying (waits for its back-off) → due …
drop view if exists taskqueue.tasks cascade;
create view taskqueue.tasks as
select q.name as queue,
       coalesce(t.name, taskqueue._name(t.id, t.created)) as name,
       case
         when t.leased_until > at.now and t.leased_until <= at.now + interval '691200 seconds' then case q.mode when 'pull' then 'leased' else 'dispatched' end
         when t.due > at.now and t.attempts > 0 then 'retrying'
         when t.due > at.now then 'scheduled'
         else 'due'
       end as state,
       case when t.leased_until > t.due then t.leased_until else t.due end as eta,
       t.created,
       case q.mode when 'pull' then 'PULL' else coalesce(t.method, 'POST') end as method,
       case when q.mode = 'push' then coalesce(t.url, '/_ah/queue/' || q.name) end as url,
       case when q.mode = 'push' then coalesce(q.target, t.target) end as target,
       t.tag,
       case when q.mode = 'push' then coalesce(t.namespace, '') end as namespace,
       t.attempts as retry_count,
       case when t.leased_until > at.now then t.leased_until end as lease_until,
       t.last_status,
       taskqueue._size(case q.mode when 'pull' then 'PULL' else coalesce(t.method, 'POST') end, coalesce(t.url, '/_ah/queue/' || q.name), t) as size
from taskqueue._tasks as t
join taskqueue._queues as q on q.id = t.queue_id and q.deleted_at is null
cross join (select taskqueue._now() as now offset 0) as at
where not taskqueue._is_purged(t.id, q.purged);

comment on view taskqueue.tasks is 'One row a live task, without its payload.';
comment on column taskqueue.tasks.state is 'scheduled (waits for its ETA), due, dispatched (push) or leased (pull), retrying (waits for its back-off).';
comment on column taskqueue.tasks.eta is 'When it may next run or be leased; of a held task the end of the lease.';
comment on column taskqueue.tasks.retry_count is 'Attempts or leases so far.';
comment on column taskqueue.tasks.lease_until is 'Until when a dispatcher or a worker holds it; null: nobody does.';
comment on column taskqueue.tasks.last_status is 'HTTP status of the last attempt; 0: there was no answer; null: none was made.';
comment on column taskqueue.tasks.size is 'Bytes by App Engine''s count: method, URL, headers and body.';
