-- Locks: the rows it claims, skipping locked ones, whose requests stay. attempts doesn't change: a forced run doesn't
-- use up the retry limit.
create or replace function taskqueue.claim_forced_tasks(queue text, max_tasks integer,
  claimer integer default 0) returns setof taskqueue.dispatch
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_tidscan = on set enable_nestloop = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  now timestamptz;
  token uuid;
  asked bigint[];
  chosen tid[];
  free bigint[];
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  asked := array(select f.task_id from taskqueue._forced_runs as f where f.queue_id = source.id order by f.requested
    limit least(max_tasks, 1000));
  if cardinality(asked) = 0 then
    return;
  end if;
  now := taskqueue._now();
  token := case claimer when 0 then taskqueue._lease_token(now) else taskqueue._claim_token(now, claimer) end;
  select array_agg(c.ctid), array_agg(c.id) into chosen, free
  from (
    select t.ctid, t.id from taskqueue._tasks as t
    where t.id = any (asked) and t.queue_id + 0 = source.id and not taskqueue._is_purged(t.id, source.purged)
      and (t.leased_until <= now or t.leased_until > now + taskqueue._longest_lease())
    for update skip locked
  ) as c;
  -- "= any (array[...])", because "=" could be planned as a scan of all tasks.
  delete from taskqueue._forced_runs as f
  where f.queue_id = source.id and f.task_id = any (asked)
    and (f.task_id = any (free)
         or not exists (select from taskqueue._tasks as t where t.id = any (array[f.task_id])
             and not taskqueue._is_purged(t.id, source.purged)
                        and (t.leased_until <= now or t.leased_until > now + taskqueue._longest_lease())));
  return query
    update taskqueue._tasks as t
    set leased_until = now + make_interval(secs => coalesce(t.dispatch_deadline, 600) + 30), lease_token = token,
        first_attempt = coalesce(t.first_attempt, now), forced_runs = coalesce(t.forced_runs, 0) + 1
    from unnest(chosen) as c(ctid) where t.ctid = c.ctid
    returning (taskqueue._dispatch(source.name, source.target, source.http_target, t, true)).*;
end
$$;

comment on function taskqueue.claim_forced_tasks is
$doc$For dispatchers: claims the tasks that run_task was called for, whatever their ETA and the rate or state of their
queue.

Arguments:
- queue: name of a push queue that the caller leads.
- max_tasks: 1 to 1000.
- claimer: number of the dispatcher, whose claimer lock it holds; 0: none.

Returns dispatch rows with forced = true. A task that is already running is left alone.

Example:
    select * from taskqueue.claim_forced_tasks('mail', 10);$doc$;
