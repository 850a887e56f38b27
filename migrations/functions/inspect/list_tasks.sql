-- The index has due times. A task that is held, or whose lease expired, may stand before its ETA (_move_expired): such
-- tasks are read, too.
create or replace function taskqueue.list_tasks(queue text,
  max_tasks integer default 100) returns setof taskqueue.task_status
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  floor constant timestamptz := taskqueue._floor(source.id);
begin
  if max_tasks is null or max_tasks not between 1 and 10000 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 1 to 10000, got %s', coalesce(max_tasks::text, 'null')),
      'Leave it out for 100.',
      jsonb_build_object('max_tasks', max_tasks));
  end if;
  return query
    with waiting as materialized (
      select * from taskqueue._task_rows as r where r.queue_id = source.id and r.due >= floor and r.eta <= r.due
        order by r.due limit max_tasks
    ), early as materialized (
      select * from taskqueue._task_rows as r
      where r.queue_id = source.id and r.due >= floor and r.eta > r.due
        and r.due <= (select case when count(*) = max_tasks then max(w.due) else 'infinity' end from waiting as w)
    )
    select l.queue, l.name, l.state, l.eta, l.created, l.method, l.url, l.target, l.tag, l.namespace, l.retry_count,
      l.lease_until, l.last_status, l.size
    from (select * from waiting union all select * from early) as l order by l.eta, l.name limit max_tasks;
end
$$;

comment on function taskqueue.list_tasks is
$doc$Returns the first tasks of a queue by ETA, the order in which they are dispatched or leased; held ones by the end
of their lease. Just as fast with millions of tasks behind them.

Arguments:
- queue: name of the queue.
- max_tasks: 1 to 10000.

Returns rows of the view tasks, by ETA.

Raises: TQ001 unknown queue; TQ102 max_tasks.

Example:
    select name, state, eta from taskqueue.list_tasks('mail', 20);$doc$;
