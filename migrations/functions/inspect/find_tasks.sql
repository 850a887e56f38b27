create or replace function taskqueue.find_tasks(queue text, filter jsonb default '{}', after text default null,
  max_tasks integer default 50) returns setof taskqueue.found_task
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  scan record;
begin
  if max_tasks is null or max_tasks not between 1 and 1000 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 1 to 1000, got %s', coalesce(max_tasks::text, 'null')),
      'Leave it out for 50.', jsonb_build_object('max_tasks', max_tasks));
  end if;
  scan := taskqueue._scan_tasks(source, filter, after, max_tasks);
  return query select * from taskqueue._found_tasks(scan.ids);
  return query select p.* from jsonb_populate_record(null::taskqueue.found_task,
    jsonb_build_object('looked_at', scan.looked_at, 'position', scan.next_position)) as p;
end
$$;

comment on function taskqueue.find_tasks is
$doc$Returns the next tasks of a queue that match a filter, in the order in which they are due. However many tasks there
are, a call looks at no more than 50000 of them and ends after about 80 ms: a page may have fewer tasks than asked for,
or none, although more follow.

Arguments:
- queue: name of a queue.
- filter: JSON object; a task has to match all of its keys. name (found immediately), name_prefix, state (scheduled,
  due, dispatched, leased, retrying), url (a part of it), tag, target, method, min_attempts, max_attempts, min_status,
  max_status (of the last answer; 0: there was none), min_age, max_age (seconds since it was added). {}: all tasks.
- after: the position that the page before has returned; null: the first page.
- max_tasks: how many at most, 1 to 1000.

Returns the tasks as the view tasks shows them, each with statuses (of its last recorded attempts, at most 12, the
latest last; 0: no answer) and seconds (of the last one). A last row has looked_at, the number of tasks that were looked
at, and position, where the next page begins (null: there is none), and nothing else.

Raises: TQ001 unknown queue; TQ013 filter or after; TQ102 max_tasks.

Example:
    select name, eta, last_status from taskqueue.find_tasks('mail', '{"state": "retrying", "min_attempts": 4}');$doc$;
