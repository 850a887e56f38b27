create or replace function taskqueue.list_cloud_tasks(queue text, project text, location text,
  after text default null, max_tasks integer default 1000,
  with_body boolean default false, mode text default 'push') returns setof taskqueue.cloud_task
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  most_bytes constant integer := 3145728; -- of bodies; clients take messages of 4 MB
  source constant taskqueue._queues := taskqueue._visible_queue(queue, project, location, mode);
  now constant timestamptz := taskqueue._now();
  begins record;
  page record;
  cut_due timestamptz;
  cut_id bigint;
begin
  begins := taskqueue._read_position(source, after);
  if max_tasks is null or max_tasks not between 1 and 1000 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 1 to 1000, got %s', coalesce(max_tasks::text, 'null')),
      'Leave it out for 1000.', jsonb_build_object('max_tasks', max_tasks));
  end if;
  select * into page from taskqueue._page_of_tasks(source, begins.due, begins.id, max_tasks);
  if with_body then
    select o.due, o.id into cut_due, cut_id
    from (select t.due, t.id, sum(octet_length(t.body)) over (order by t.due, t.id) as bytes
          from taskqueue._tasks as t where t.id = any (page.ids)) as o
    where o.bytes > most_bytes order by o.due, o.id limit 1;
  end if;
  return query
    select (taskqueue._cloud_task(source, t, now, with_body)).* from taskqueue._tasks as t
    where t.id = any (page.ids) and (cut_id is null or (t.due, t.id) <= (cut_due, cut_id))
    order by t.due, t.id;
  if cut_id is not null then
    page.next_after := cut_due;
    page.next_id := cut_id;
  end if;
  if page.next_after is not null then
    return query select p.* from jsonb_populate_record(null::taskqueue.cloud_task, jsonb_build_object('position',
      taskqueue._position(source.id, page.next_after, page.next_id))) as p;
  end if;
end
$$;

comment on function taskqueue.list_cloud_tasks is
$doc$For the Cloud Tasks API: returns tasks of a queue, page by page, in the order in which they are due.

Arguments:
- queue: name of a queue.
- project, location: the parent under which it is asked for.
- after: the position that the page before has returned; null: the first page.
- max_tasks: how many at most, 1 to 1000.
- with_body: true: with their bodies, and a page ends after 3 MB.
- mode: push or pull: what the queue has to be; null: either.

Returns the tasks, and if more may follow, a last row that has a position and nothing else. A page may have fewer tasks
than asked for, or none, although more follow. A task that exists during the whole listing, and whose due time doesn't
change, is returned once, however many tasks are due at the same moment.

Raises: TQ001 unknown queue; TQ013 after; TQ021 a queue of another mode; TQ102 max_tasks.

Example:
    select name, schedule_time from taskqueue.list_cloud_tasks('mail', 'shop', 'eu', max_tasks => 100);$doc$;
