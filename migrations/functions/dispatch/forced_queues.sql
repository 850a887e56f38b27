-- One statement for all queues of a dispatcher, so that it claims only where there is something to claim.
create or replace function taskqueue.forced_queues(queues text[]) returns table (queue text, tasks integer)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set enable_nestloop = on
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select q.name, counted.tasks
    from taskqueue._queues as q,
         lateral (select count(*)::integer as tasks
                  from (select from taskqueue._forced_runs as f where f.queue_id = q.id limit 100) as f) as counted
    where q.name = any (queues) and q.deleted_at is null and counted.tasks > 0;
end
$$;

comment on function taskqueue.forced_queues is
$doc$For dispatchers: returns which of these queues have tasks that run_task was called for and nobody has claimed yet.

Arguments:
- queues: names of queues; unknown ones are left out.

Returns one row for each queue that has any: queue, and tasks: how many, counted up to 100.

Example:
    select queue, tasks from taskqueue.forced_queues(array['mail', 'photos']);$doc$;
