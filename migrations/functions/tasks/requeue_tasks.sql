-- Locks: the dead tasks' rows and their names; skips those that another transaction requeues.
create or replace function taskqueue.requeue_tasks(queue text, max_tasks integer default 20) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  now constant timestamptz := taskqueue._now();
  dead taskqueue._dead_tasks[];
  back bigint;
begin
  if max_tasks is null or max_tasks not between 1 and 20 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 1 to 20, got %s', coalesce(max_tasks::text, 'null')),
      'Call again for more.');
  end if;
  select array_agg(f order by f.expires) into dead
  from (
    select d.* from taskqueue._dead_tasks as d
    where d.queue_id = source.id and d.expires > now
      and taskqueue._find_task(source, coalesce(d.name, taskqueue._name(d.id, d.created))) is null
    order by d.expires limit max_tasks for update skip locked
  ) as f;
  if dead is null then
    return 0;
  end if;
  back := (select count(*) from taskqueue._requeue(source, array(   -- two tasks may have died under one name
    select o from (select distinct on (coalesce(u.name, taskqueue._name(u.id, u.created))) u as o, u.expires
                   from unnest(dead) as u order by coalesce(u.name, taskqueue._name(u.id, u.created)),
                     u.expires) as firsts order by firsts.expires)));
  if back > 0 then
    perform taskqueue._wake(source.id, source.name);
  end if;
  return back;
end
$$;

comment on function taskqueue.requeue_tasks is
$doc$Puts dead tasks back into their queue, each as requeue_task does, those that died first in front. Call it until it
returns 0 to requeue all of them.

Arguments:
- queue: name of the queue.
- max_tasks: 1 to 20, the most a transaction can take.

Returns the number of requeued tasks. A dead task whose name a live one has by now stays.

Raises: TQ001 unknown queue; TQ102 max_tasks.

Example:
    select taskqueue.requeue_tasks('mail');$doc$;
