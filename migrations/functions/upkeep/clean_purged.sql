-- Locks: the rows it removes, skipping locked ones; with the last of them the queue's row.
create or replace function taskqueue.clean_purged(queue text, max_tasks integer default 5000) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  gone record;
begin
  -- a deleted one first
  select * into source from taskqueue._queues as q where q.name = queue and q.purged is not null
  order by q.deleted_at limit 1;
  if source.id is null then
    return 0;
  elsif source.deleted_at is not null then
    return taskqueue._clean_deleted(source, max_tasks);
  end if;
  with taken as (
    delete from taskqueue._tasks as t where t.ctid = any (array(
      select o.ctid from taskqueue._tasks as o
      where o.queue_id = source.id and taskqueue._is_purged(o.id, source.purged) order by o.due limit max_tasks
        for update skip locked))
    returning t.name, t.id
  )
  select count(*) as tasks, array_agg(taken.name) filter (where taken.name is not null) as names,
         array_agg(taken.id) filter (where taken.name is not null) as ids into gone from taken;
  if gone.names is not null then
    perform taskqueue._add_tombstones(source.id, gone.names, gone.ids, source.purged_at);
  end if;
  if gone.tasks = 0
      and not exists (select from taskqueue._tasks as t where t.queue_id = source.id
      and taskqueue._is_purged(t.id, source.purged)) then
    update taskqueue._queues as q set purged = null, purged_at = null
      where q.id = source.id and q.purged_at = source.purged_at;
  end if;
  return gone.tasks;
end
$$;

comment on function taskqueue.clean_purged is
$doc$For dispatchers: removes rows of purged tasks, or what a deleted queue has left, a batch per call; when none is
left, the purge or deletion is finished.

Arguments:
- queue: name of the queue.
- max_tasks: most rows to remove, of a deleted queue of each kind.

Returns the number of removed rows; 0: nothing is left to clean.

Example:
    select taskqueue.clean_purged('mail');$doc$;
