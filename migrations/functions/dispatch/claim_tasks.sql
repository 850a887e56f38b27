-- A claim is a lease of dispatch_deadline + 30 s: if the dispatcher dies, the task is due again then. A task whose last
-- attempt was never settled (its token is still there) lost its dispatcher: that counts as an attempt without an
-- answer, and if it was the last one allowed, the task is buried here.
--
-- Locks: the rows it claims, skipping locked ones.
create or replace function taskqueue.claim_tasks(queue text, max_tasks integer,
  claimer integer default 0) returns setof taskqueue.dispatch
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_tidscan = on set enable_nestloop = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  now timestamptz;
  floor timestamptz;
  token uuid;
  chosen tid[];
  lost bigint[];
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  if source.id is null or source.mode <> 'push' or taskqueue._state(source) <> 'running' then
    return;
  end if;
  now := taskqueue._now();
  floor := taskqueue._floor(source.id);
  if floor > now then
    floor := taskqueue._lower_floor(source.id, now);   -- the clock was set back
  end if;
  token := case claimer when 0 then taskqueue._lease_token(now) else taskqueue._claim_token(now, claimer) end;
  select array_agg(c.ctid), array_agg(c.id) filter (where c.lost) into chosen, lost
  from (
    select t.ctid, t.id, t.lease_token is not null as lost from taskqueue._tasks as t
    where t.queue_id = source.id and t.due >= floor and t.due <= now
      -- a lease that ends later was given before the clock was set back
      and (t.leased_until <= now or t.leased_until > now + taskqueue._longest_lease())
      and not taskqueue._is_purged(t.id, source.purged)
    order by t.due limit least(max_tasks, 1000)
    for update skip locked
  ) as c;
  if lost is not null then
    lost := array(select t.id from taskqueue._tasks as t
                  where t.id = any (lost)
                    and not taskqueue._may_retry(coalesce(t.retry, source.retry), t.attempts,
                                                 now - coalesce(t.first_attempt, now)));
    if cardinality(lost) > 0 then
      update taskqueue._tasks as t
      set last_status = 0, last_scheduled = t.due, last_dispatched = taskqueue._leased_at(t.lease_token),
          last_answered = null
      where t.id = any (lost);
      perform taskqueue._bury_tasks(source.id, lost, 'Instance Unavailable');
    end if;
  end if;
  return query
    update taskqueue._tasks as t
    set leased_until = now + make_interval(secs => coalesce(t.dispatch_deadline, 600) + 30), attempts = t.attempts + 1,
        lease_token = token, first_attempt = coalesce(t.first_attempt, now),
        last_status = case when t.lease_token is null then t.last_status else 0 end,
        retry_reason = case when t.lease_token is null then t.retry_reason else 'Instance Unavailable' end,
        last_scheduled = case when t.lease_token is null then t.last_scheduled else t.due end,
        last_dispatched = case when t.lease_token is null then t.last_dispatched
          else taskqueue._leased_at(t.lease_token) end,
        last_answered = case when t.lease_token is null then t.last_answered end
    from unnest(chosen) as c(ctid) where t.ctid = c.ctid
    returning (taskqueue._dispatch(source.name, source.target, source.http_target, t, false)).*;
end
$$;

comment on function taskqueue.claim_tasks is
$doc$For dispatchers: claims up to max_tasks due tasks of a running push queue, to be sent once the claim has been
committed.

Arguments:
- queue: name of a push queue that the caller leads.
- max_tasks: 1 to 1000.
- claimer: number of the dispatcher, whose claimer lock it holds; 0: none.

Returns dispatch rows, oldest first. No rows when the queue is paused, disabled or gone, or nothing is due.

Example:
    select * from taskqueue.claim_tasks('mail', 10);$doc$;
