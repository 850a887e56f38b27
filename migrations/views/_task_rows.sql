-- _task_rows: the rows of the view tasks with the columns they are found by: id, queue_id, due. list_tasks and
-- describe_task read it by an index; a query by the public columns, which are all computed, can't.
--
-- size counts as _size does, but in an expression of the view: a function would be passed the headers, and would look
-- up the names in its body in the reader's search_path. 33 bytes are the namespace's header; 41, 32 and 49 are the
-- content types that _headers adds.
create or replace view taskqueue._task_rows as
select t.id, t.queue_id, t.due,
       q.name as queue,
       coalesce(t.name, taskqueue._name(t.id, t.created)) as name,
       case
         when t.leased_until > at.now and t.leased_until <= at.now + taskqueue._longest_lease()
           then case q.mode when 'pull' then 'leased' else 'dispatched' end
         when t.due > at.now and t.attempts > 0 then 'retrying'
         when t.due > at.now then 'scheduled'
         else 'due'
       end as state,
       case when t.leased_until > t.due then t.leased_until else t.due end as eta,
       t.created,
       case q.mode when 'pull' then 'PULL' else coalesce(t.method, 'POST') end as method,
       case when q.mode = 'push' then coalesce(nullif(t.http ->> 'url', ''), t.url, '/_ah/queue/' || q.name) end as url,
       case when q.mode <> 'push' then null when t.http is null then coalesce(q.target, t.target)
            else coalesce(t.target, q.target) end as target,
       t.tag,
       case when q.mode = 'push' then coalesce(t.namespace, '') end as namespace,
       t.attempts as retry_count,
       case when t.leased_until > at.now then t.leased_until end as lease_until,
       t.last_status,
       coalesce(octet_length(t.body), 0)::bigint + case q.mode when 'pull' then 4
         else octet_length(coalesce(t.method, 'POST')) + octet_length(
                coalesce(nullif(t.http ->> 'url', ''), t.url, '/_ah/queue/' || q.name))
              + 33 + coalesce(octet_length(t.namespace), 0)
              + case t.body_kind when 't' then 41 when 'j' then 32 when 'f' then 49 else 0 end
              + coalesce((select sum(octet_length(h.key) + octet_length(h.value) + 4)
                from jsonb_each_text(t.headers) as h), 0)
       end as size,
       t.ctid as place   -- to read those that a statement has found, and no others (_matching_tasks)
from taskqueue._tasks as t
join taskqueue._queues as q on q.id = t.queue_id and q.deleted_at is null
cross join (select taskqueue._now() as now offset 0) as at
where not taskqueue._is_purged(t.id, q.purged);
