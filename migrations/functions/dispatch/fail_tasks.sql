-- All rows are locked first, in the order of their ids, as everywhere. Then each is handled in the order in which names
-- are taken: those of buried tasks become tombstones.
--
-- Locks: the tasks' rows, then names.
create or replace function taskqueue.fail_tasks(failures jsonb) returns table (index integer, outcome text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  ids constant bigint[] := array(select (f ->> 'id')::bigint from jsonb_array_elements(failures) as f);
  lease_tokens constant uuid[] := array(select (f ->> 'lease_token')::uuid from jsonb_array_elements(failures) as f);
begin
  if cardinality(ids) = 0 then
    return;
  end if;
  perform from taskqueue._tasks as t
  where t.id = any (ids)   -- as in _delete_generated
    and ((t.id, t.lease_token) in (select s.id, s.lease_token
        from unnest(ids, lease_tokens) as s(id, lease_token))) is true
  for update;
  return query
    select f.index, r.outcome
    from (
      select (e.ordinality - 1)::integer as index, g.*
      from jsonb_array_elements(failures) with ordinality as e(failure, ordinality),
           jsonb_to_record(e.failure) as g(queue text, id bigint, lease_token uuid, status integer, reason text,
             responded boolean, forced boolean,
                                           retry_after double precision, last boolean)
      order by (select taskqueue._name_hash(t.name) from taskqueue._tasks as t where t.id = any (array[g.id]))
    ) as f, taskqueue.fail_task(f.queue, f.id, f.lease_token, f.status, f.reason, f.responded, f.forced, f.retry_after,
      f.last) as r;
end
$$;

comment on function taskqueue.fail_tasks is
$doc$For dispatchers: fail_task for many attempts of any queues.

Arguments:
- failures: JSON array of objects with the arguments of fail_task as keys: queue, id, lease_token, status, reason,
  responded, forced, retry_after, last.

Returns one row each: index (position in the array, from 0) and outcome, as fail_task returns it.

Example:
    select * from taskqueue.fail_tasks('[{"queue": "mail", "id": 1, "lease_token": "...", "status": 500,
      "reason": "App Error", "responded": true, "forced": false}]');$doc$;
