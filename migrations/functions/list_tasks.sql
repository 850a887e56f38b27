-- list_tasks: the first tasks of a queue, in the order in which they are dispatched or leased, held ones among them. As quick with millions behind them.
--
-- Arguments  max_tasks  1 to 10000
-- Returns    rows of the view tasks, by ETA
-- Raises     TQ001 unknown queue; TQ102 max_tasks out of range
-- Example    select name, state, eta from taskqueue.list_tasks('mail', 20);
create or replace function taskqueue.list_tasks(queue text, max_tasks integer default 100) returns setof taskqueue.task_status
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set jit = off set plan_cache_mode = force_generic_plan set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  floor constant timestamptz := taskqueue._floor(source.id);
begin
  if max_tasks is null or max_tasks not between 1 and 10000 then
    perform taskqueue._refuse('TQ102', format('max_tasks can''t be %s', coalesce(max_tasks::text, 'null')), 'It is 1 to 10000.',
      jsonb_build_object('max_tasks', max_tasks));
  end if;
  return query
    with first as materialized (
      select * from taskqueue._task_rows as r where r.queue_id = source.id and r.due >= floor order by r.due limit max_tasks
    )
    select r.queue, r.name, r.state, r.eta, r.created, r.method, r.url, r.target, r.tag, r.namespace, r.retry_count, r.lease_until, r.last_status, r.size
    from first as r order by r.eta, r.name;
end
$$;

comment on function taskqueue.list_tasks is 'The first tasks of a queue, in the order in which they are dispatched or leased. As quick with millions behind them.';
