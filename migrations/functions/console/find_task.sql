create or replace function taskqueue.find_task(name text, queues text[], max_queues integer default 20) returns table (
  queue text)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  generated constant bigint := taskqueue._generated_id(find_task.name);
  hash constant uuid := taskqueue._name_hash(find_task.name);
  now constant timestamptz := taskqueue._now();
  source taskqueue._queues;
  sought text;
begin
  if max_queues is null or max_queues not between 1 and 1000 then
    perform taskqueue._raise('TQ013', format('max_queues must be 1 to 1000, got %s',
      coalesce(max_queues::text, 'null')), 'Leave it out for 20.', jsonb_build_object('max_queues', max_queues));
  end if;
  foreach sought in array coalesce(queues, '{}') loop
    exit when max_queues = 0;
    select q.* into source from taskqueue._queues as q where q.name = sought and q.deleted_at is null;
    continue when source.id is null or not (taskqueue._find_task(source, find_task.name) is not null
      or exists (select from taskqueue._names as n
        where n.queue_id = source.id and n.name_hash = hash and (n.expires is null or n.expires > now))
      or exists (select from taskqueue._dead_tasks as d
        where d.id = generated and d.queue_id + 0 = source.id and d.expires > now)
      or exists (select from taskqueue._completed_tasks as c
        where c.queue_id = source.id and c.name = find_task.name and c.expires > now));
    max_queues := max_queues - 1;
    queue := source.name;
    return next;
  end loop;
end
$$;

comment on function taskqueue.find_task is
$doc$Finds a task by its name in several queues, however many tasks they have: live, dead, kept after it completed, or
ended with its name still taken. It looks names up in each queue, and scans none.

Arguments:
- name: the task's whole name.
- queues: where to look, in this order; names of queues that do not exist are left out.
- max_queues: after how many it stops, 1 to 1000.

Returns the queues that know the name.

Raises: TQ013 max_queues.

Example:
    select queue from taskqueue.find_task('receipt-7', array(select name from taskqueue.queues));$doc$;
