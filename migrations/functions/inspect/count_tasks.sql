create or replace function taskqueue.count_tasks(queue text, filter jsonb default '{}', after text default null)
returns table (tasks bigint, looked_at bigint, "position" text)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  scan record;
begin
  scan := taskqueue._scan_tasks(taskqueue._find_queue(queue), filter, after, null);
  return query select cardinality(scan.ids)::bigint, scan.looked_at, scan.next_position;
end
$$;

comment on function taskqueue.count_tasks is
$doc$Counts tasks of a queue that match a filter, as far as find_tasks looks in one call.

Arguments:
- queue: name of a queue.
- filter: as for find_tasks.
- after: the position at which the call before stopped; null: from the first task.

Returns one row: tasks (how many match), looked_at (how many were looked at), position (where it stopped: there are at
least this many; null: the end of the queue was reached, there are exactly this many).

Raises: TQ001 unknown queue; TQ013 filter or after.

Example:
    select tasks, position is null as exact from taskqueue.count_tasks('mail', '{"state": "retrying"}');$doc$;
