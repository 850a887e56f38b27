-- Locks: the tasks' rows, in the order of their ids.
create or replace function taskqueue.finish_tasks(queue text, names text[]) returns table (name text, result text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_hashjoin = off set enable_mergejoin = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
begin
  perform taskqueue._check_names_count(names);
  source := taskqueue._find_queue(queue);
  for name in select n.name from unnest(names) as n(name) order by taskqueue._find_task(source, n.name) loop
    result := case
      when taskqueue.finish_task(queue, name) then 'deleted'
      when (taskqueue._find_tombstone(source, name)).task_id is not null then 'tombstoned'
      else 'unknown'
    end;
    return next;
  end loop;
end
$$;

comment on function taskqueue.finish_tasks is
$doc$For App Engine's SDKs, which have no lease tokens: deletes up to 1000 tasks of one queue by name.

Arguments:
- queue: name of the queue, push or pull.
- names: names of the tasks.

Returns one row per name, in any order: name, result (deleted; tombstoned: the task had ended before; unknown).

Raises: TQ001 unknown queue; TQ018 more than 1000 names.

Example:
    select * from taskqueue.finish_tasks('pull', array['report-7', 'report-8']);$doc$;
