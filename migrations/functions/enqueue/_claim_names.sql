-- _claim_names: takes the names of tasks that are about to be added. Returns those that are not available: {"name":
-- "exists" | "tombstoned"}.
--
-- The primary key of _names decides (_insert_names): of two transactions that want a name, the second waits for the
-- first and loses, or wins if the first rolls back. Names are taken in the order of their hashes, so that two batches
-- can't wait for each other in a circle. A tombstone ends exactly at its time, swept or not. A purged task that is not
-- cleaned away yet has left a tombstone since the purge.
--
-- Raises TQ002 when the transaction that has a name doesn't end.
create or replace function taskqueue._claim_names(queue taskqueue._queues, tasks taskqueue._tasks[]) returns jsonb
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  taken uuid[];
  refused jsonb;
begin
  if not exists (select from unnest(tasks) as t where t.name is not null) then
    return '{}';
  end if;
  taken := taskqueue._insert_names(queue, tasks);
  select jsonb_object_agg(t.name, case when n.expires is not null
    or taskqueue._is_purged(n.task_id, queue.purged) then 'tombstoned' else 'exists' end)
  into refused
  from unnest(tasks) as t
  -- offset 0: by the primary key, and never a join with all names of the queue
  left join lateral (select o.* from taskqueue._names as o
                     where o.queue_id = queue.id and o.name_hash = taskqueue._name_hash(t.name) offset 0) as n on true
  where t.name is not null and taskqueue._name_hash(t.name) <> all (coalesce(taken, '{}'));
  return coalesce(refused, '{}');
end
$$;
