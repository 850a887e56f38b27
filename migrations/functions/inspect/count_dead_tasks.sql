create or replace function taskqueue.count_dead_tasks(queue text) returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  most constant integer := 100000;
  now constant timestamptz := taskqueue._now();
  source constant taskqueue._queues := taskqueue._find_queue(queue);
begin
  return (select count(*) from (select from taskqueue._dead_tasks as d
    where d.queue_id = source.id and d.expires > now limit most) as o);
end
$$;

comment on function taskqueue.count_dead_tasks is
$doc$Counts the dead tasks of a queue, up to 100000.

Arguments:
- queue: name of a queue.

Returns their number.

Raises: TQ001 unknown queue.

Example:
    select taskqueue.count_dead_tasks('mail');$doc$;
