create or replace function taskqueue.next_due(queue text, tag text default null) returns timestamptz
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  floor timestamptz;
  now constant timestamptz := taskqueue._now();
  free timestamptz;
  forced timestamptz;
  resumed timestamptz := '-infinity';
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  if source.id is null then
    return null;
  end if;
  select min(f.requested) into forced from taskqueue._forced_runs as f where f.queue_id = source.id;
  if taskqueue._state(source) <> 'running' then
    if source.disabled_at is not null or source.paused_until is null then
      return forced;
    end if;
    resumed := source.paused_until;
  end if;
  floor := taskqueue._floor(source.id);
  if floor > now then
    floor := '-infinity';   -- the clock was set back; the next claim lowers the floor
  end if;
  if next_due.tag is not null then
    select min(greatest(t.due, case when t.leased_until <= now + taskqueue._longest_lease() then t.leased_until
      else now end)) into free
    from taskqueue._tasks as t
    where t.queue_id = source.id and t.tag = next_due.tag and t.due >= floor
      and not taskqueue._is_purged(t.id, source.purged);
    return greatest(free, resumed);
  end if;
  select t.due into free from taskqueue._tasks as t
  where t.queue_id = source.id and t.due >= floor and t.leased_until <= greatest(t.due, now)
    and not taskqueue._is_purged(t.id, source.purged)
  order by t.due limit 1;
  if free is null or free > now then
    free := least(free, (select min(t.leased_until) from taskqueue._tasks as t
                         where t.queue_id = source.id and t.due >= floor and t.due <= now
                           and not taskqueue._is_purged(t.id, source.purged)));
  end if;
  return least(forced, case when free is not null then greatest(free, resumed) end);
end
$$;

comment on function taskqueue.next_due is
$doc$Returns when a queue next has something to claim or lease: the first due time, or the first end of a lease; for a
paused queue not before the pause ends by itself. A forced run that nobody has taken counts from the moment it was
requested, whatever the state of the queue. Null: there is nothing.

Arguments:
- queue: name of the queue.
- tag: counts only tasks of this tag; null: all tasks.

Example:
    select taskqueue.next_due('mail');$doc$;
