create or replace function taskqueue.list_cloud_tasks(queue text, project text, location text,
  after text default null, max_tasks integer default 1000,
  with_body boolean default false) returns setof taskqueue.cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._visible_push_queue(queue, project, location);
  now constant timestamptz := taskqueue._now();
  parts constant bigint[] := regexp_match(after, '^([0-9]{1,9})[.]([0-9]{1,18})[.]([0-9]{1,19})$');
  floor constant timestamptz := taskqueue._floor(source.id);
  last timestamptz;
begin
  if after is not null and parts[1] is distinct from source.id then
    perform taskqueue._raise('TQ013', format('after must be the position of a task of queue %s', queue),
      'Pass the position of the last task of the page before, or leave it out.');
  end if;
  last := timestamptz 'epoch' + parts[2] * interval '1 microsecond';
  return query
    select (taskqueue._cloud_task(source.name, t, now, with_body)).* from taskqueue._tasks as t
    where t.queue_id = source.id and t.due >= coalesce(last, floor)
      and (last is null or t.due > last or t.id > parts[3]) and not taskqueue._is_purged(t.id, source.purged)
    order by t.due, t.id limit max_tasks;
end
$$;

comment on function taskqueue.list_cloud_tasks is
$doc$For the Cloud Tasks API: returns tasks of a queue, page by page, in the order in which they are due.

Arguments:
- queue: name of a push queue.
- project, location: the parent under which it is asked for.
- after: position of the last task of the page before; null: the first page.
- max_tasks: how many at most, 1 to 1000.
- with_body: true: with their bodies.

Returns the tasks.

Raises: TQ001 unknown queue; TQ013 after; TQ021 a pull queue.

Example:
    select name, schedule_time, position from taskqueue.list_cloud_tasks('mail', 'shop', 'eu', max_tasks => 100);$doc$;
