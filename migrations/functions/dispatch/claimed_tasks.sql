create or replace function taskqueue.claimed_tasks(ids bigint[], lease_tokens uuid[],
  forced boolean) returns setof taskqueue.dispatch
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_nestloop = on
set jit = off set plan_cache_mode = force_generic_plan as $$
  select d.*
  from taskqueue._tasks as t
  join taskqueue._queues as q on q.id = t.queue_id,
  lateral taskqueue._dispatch(q.name, q.target, q.http_target, t, claimed_tasks.forced) as d
  where t.id = any (ids)   -- as in _delete_generated
    and ((t.id, t.lease_token) in (select s.id, s.lease_token
        from unnest(ids, lease_tokens) as s(id, lease_token))) is true
$$;

comment on function taskqueue.claimed_tasks is
$doc$For dispatchers: returns tasks they have claimed, with their whole bodies. The response to a claim has a limited
size (src/dispatcher/database/claims.ts); what exceeds it is fetched with this.

Arguments:
- ids: ids of the tasks.
- lease_tokens: tokens of the claims, in the same order.
- forced: whether claim_forced_tasks claimed them.

Returns dispatch rows; none for a task that has another claim since, or has ended.

Example:
    select * from taskqueue.claimed_tasks(array[...], array[...]::uuid[], forced => false);$doc$;
