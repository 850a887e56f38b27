-- Locks: the tasks' rows; the names of tasks that are buried.
create or replace function taskqueue.modify_task_leases(queue text, names text[], lease_tokens uuid[],
  lease_seconds double precision[], errors text[] default null)
returns table (name text, eta timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  source taskqueue._queues;
  now timestamptz;
  ids bigint[];
  tokens uuid[];
  seconds double precision[];
  failures bigint[];
  fail_tokens uuid[];
  backoffs double precision[];
  words text[];
begin
  if cardinality(names) > 1000 then
    perform taskqueue._raise('TQ018', format('a call must name at most 1000 tasks, got %s', cardinality(names)),
      'Split the tasks over several calls.',
      jsonb_build_object('limit', 1000, 'asked', cardinality(names)));
  end if;
  perform taskqueue._check_lease_seconds(s.seconds, s.error is not null)
  from unnest(modify_task_leases.lease_seconds, errors) as s(seconds, error);
  source := taskqueue._leasable_queue(modify_task_leases.queue,
    cardinality(array_remove(errors, null)) = cardinality(names));
  if array_remove(errors, null) <> '{}' then
    select array_agg(f.id order by f.id), array_agg(f.token order by f.id), array_agg(f.seconds order by f.id),
           array_agg(f.error order by f.id)
      into failures, fail_tokens, backoffs, words
    from (select taskqueue._find_task(source, n.name) as id, n.token, n.seconds, n.error
          from unnest(names, lease_tokens, modify_task_leases.lease_seconds, errors) as n(name, token, seconds, error)
          where n.error is not null offset 0) as f
    where f.id is not null;
    return query select f.name, f.due from taskqueue._fail_leased(source, failures, fail_tokens, backoffs, words) as f;
  end if;
  select array_agg(f.id order by f.id), array_agg(f.token order by f.id), array_agg(f.seconds order by f.id)
    into ids, tokens, seconds
  from (select taskqueue._find_task(source, n.name) as id, n.token, n.seconds
        from unnest(names, lease_tokens, modify_task_leases.lease_seconds, errors) as n(name, token, seconds, error)
        where n.error is null offset 0) as f
  where f.id is not null;
  if ids is null then
    return;
  end if;
  perform pg_current_xact_id();   -- before the clock is read: see _step_floor
  now := taskqueue._now();
  return query
    with changed as (
      update taskqueue._tasks as t
      set leased_until = now + make_interval(secs => seconds[width_bucket(t.id, ids)]),
          -- as in modify_task_lease
          due = case when seconds[width_bucket(t.id, ids)] <= 2
            or t.due > now + make_interval(secs => seconds[width_bucket(t.id, ids)])
                     then taskqueue._now() + make_interval(secs => seconds[width_bucket(t.id, ids)]) else t.due end,
          lease_token = case when seconds[width_bucket(t.id, ids)] > 0 then t.lease_token end
      -- By id, as in _delete_generated. The position of an id in the list is that of its token and seconds.
      where t.id = any (ids)
        and t.lease_token = tokens[width_bucket(t.id, ids)] and t.leased_until > now
            and t.leased_until <= now + taskqueue._longest_lease()
      returning t.id, coalesce(t.name, taskqueue._name(t.id, t.created)) as name, t.leased_until
    ), counted as (
      insert into taskqueue._statistics (queue_id, at, executed, released)
      select source.id, now, 0, count(*) from changed as c where seconds[width_bucket(c.id, ids)] = 0
      having count(*) > 0
    )
    select c.name, c.leased_until from changed as c;
  if found then
    perform taskqueue._wake(source.id, source.name);   -- for those who wait until the leases' old ends
  end if;
end
$$;

comment on function taskqueue.modify_task_leases is
$doc$modify_task_lease for up to 1000 tasks of one queue, which a worker renews or releases together.

Arguments:
- queue: name of a pull queue.
- names: names of the tasks.
- lease_tokens: their lease tokens, in the same order.
- lease_seconds: 0 to 604800 each, from now, in the same order; 0 releases the task.
- errors: why each failed, in the same order, as for modify_task_lease; null: none did.

Returns one row for each task whose lease was held: name, eta (its new end; null: it is dead). A missing task has ended,
or belongs to another worker now.

Raises: TQ001 unknown queue; TQ018 more than 1000 names; TQ021 not a pull queue; TQ026 the queue is paused; TQ101
lease_seconds.

Example:
    select * from taskqueue.modify_task_leases('pull', array['a', 'b'], array[...]::uuid[], array[60, 60]);$doc$;
