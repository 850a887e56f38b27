-- Locks: the tasks' rows, by id, and then their names.
create or replace function taskqueue.complete_tasks(queue text, ids bigint[], lease_tokens uuid[]) returns setof bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  source_id integer;
  gone record;
  names text[];
  named bigint[];
begin
  if cardinality(ids) = 0 then
    return;
  end if;
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  source_id := source.id;
  if source.keep_completed <> 'none' then
    perform taskqueue._keep_completed(source, ids, lease_tokens);
  end if;
  for gone in   -- as in _delete_generated
    delete from taskqueue._tasks as t
    where t.id = any (ids) and t.queue_id + 0 = source_id
      and ((t.id, t.lease_token) in (select s.id, s.lease_token
          from unnest(ids, lease_tokens) as s(id, lease_token))) is true
    returning t.id, t.name
  loop
    if gone.name is not null then
      names := names || gone.name;
      named := named || gone.id;
    end if;
    return next gone.id;
  end loop;
  if names is not null then
    perform taskqueue._add_tombstones(source_id, names, named);
  end if;
end
$$;

comment on function taskqueue.complete_tasks is
$doc$For dispatchers: removes tasks whose requests succeeded; their names become tombstones, and
they are kept as the queue's keep_completed says.

Arguments:
- queue: name of the queue the tasks were claimed from.
- ids: ids of the tasks.
- lease_tokens: tokens of the claims, in the same order.

Returns the ids that were completed. A missing one had another claim since, which decides its outcome.

Example:
    select taskqueue.complete_tasks('mail', array[...], array[...]::uuid[]);$doc$;
