create or replace function taskqueue.describe_tasks(queue text, names text[]) returns setof taskqueue.found_task
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
begin
  perform taskqueue._check_names_count(names);
  return query select * from taskqueue._found_tasks(
    array(select taskqueue._find_task(source, n.name) from unnest(names) as n(name)));
end
$$;

comment on function taskqueue.describe_tasks is
$doc$Returns up to 1000 tasks as find_tasks does, found by their names, however many tasks there are.

Arguments:
- queue: name of the queue.
- names: names of tasks; those that have none are left out.

Returns the tasks, by due time.

Raises: TQ001 unknown queue; TQ018 more than 1000 names.

Example:
    select name, state from taskqueue.describe_tasks('mail', array['receipt-7', 'receipt-8']);$doc$;
