create or replace function taskqueue.task_outcome(queue text, name text) returns table (outcome text,
  ended timestamptz, attempts integer, reason text, error text)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
#variable_conflict use_column
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  now constant timestamptz := taskqueue._now();
  generated constant bigint := taskqueue._generated_id(task_outcome.name);
  dead record;
  kept record;
  rests taskqueue._names;
begin
  if taskqueue._find_task(source, task_outcome.name) is not null then
    return query select 'waiting', null::timestamptz, null::integer, null, null;
    return;
  end if;
  select n.* into rests from taskqueue._names as n
  where n.queue_id = source.id and n.name_hash = taskqueue._name_hash(task_outcome.name);
  -- A name that a later task has had since belongs to that one.
  select d.died, d.attempts, d.reason, a.error, a.response into dead
  from taskqueue._dead_tasks as d
  left join lateral (select o.error, o.response from taskqueue._attempts as o
                     where o.queue_id = source.id and o.name = task_outcome.name
                       and o.ended <= d.died + interval '1 second'
                     order by o.ended desc limit 1) as a on true
  where d.id = coalesce(generated, rests.task_id) and d.queue_id + 0 = source.id and d.expires > now
    and coalesce(d.name, taskqueue._name(d.id, d.created)) = task_outcome.name;
  if dead.died is not null then
    return query select 'dead', dead.died, dead.attempts, dead.reason, coalesce(dead.error, dead.response);
    return;
  end if;
  select c.completed, c.attempts into kept from taskqueue._completed_tasks as c
  where c.queue_id = source.id and c.name = task_outcome.name and c.expires > now
    and (rests.ended is null or c.completed >= rests.ended - interval '1 second')
  order by c.completed desc limit 1;
  if kept.completed is not null then
    return query select 'completed', kept.completed, kept.attempts, null, null;
  elsif rests.expires > now or rests.task_id is not null and taskqueue._is_purged(rests.task_id, source.purged) then
    return query select 'ended', coalesce(rests.ended, source.purged_at), null::integer, null, null;
  else
    return query select case when generated is null then 'unknown' else 'gone' end, null::timestamptz, null::integer,
      null, null;
  end if;
end
$$;

comment on function taskqueue.task_outcome is
$doc$Returns how a task ended, as far as the database still knows.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns one row: outcome, with ended (when), attempts, reason and error as far as they are known:
- waiting: it has not ended.
- completed: it succeeded, and its queue keeps completed tasks (keep_completed).
- dead: it ran out of retries.
- ended: it was completed or deleted, and its name can't be reused yet.
- gone: a generated name whose task has ended, or was never committed.
- unknown: there never was such a task, as far as is known.

Raises: TQ001 unknown queue.

Example:
    select outcome, ended, error from taskqueue.task_outcome('mail', 'receipt-7');$doc$;
