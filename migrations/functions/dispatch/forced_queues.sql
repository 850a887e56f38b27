-- forced_queues: the dispatcher's: which of these queues have tasks that run_task asked for and nobody has taken yet.
--
-- Arguments  queues  names; those that don't exist have none
-- Returns    a row for each queue that has any: its name, and how many, counted to 100
-- One statement for all queues of a dispatcher, so that it claims only where there is something to claim.
--
-- Example    select queue, tasks from taskqueue.forced_queues(array['mail', 'photos'])
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
  'The dispatcher''s: which of these queues have tasks that run_task asked for and nobody has taken yet.';
