create or replace function taskqueue.queue_tags(queue text) returns table (tag text, free bigint, leased bigint,
  oldest timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
  source taskqueue._queues;
begin
  select * into source from taskqueue._queues as q where q.name = queue_tags.queue and q.deleted_at is null;
  return query
  select t.tag, count(*) filter (where t.leased_until <= now), count(*) filter (where t.leased_until > now),
         min(t.due) filter (where t.leased_until <= now and t.due <= now)
  from (select o.tag, o.leased_until, o.due from taskqueue._tasks as o
        where o.queue_id = source.id and o.due >= taskqueue._floor(source.id)
          and not taskqueue._is_purged(o.id, source.purged) order by o.due limit 2000) as t
  group by t.tag order by count(*) desc, t.tag limit 50;
end
$$;

comment on function taskqueue.queue_tags is
$doc$Returns the tags of a queue's first 2000 tasks by their due time, the commonest first, at most 50.

Arguments:
- queue: its name. Of an unknown one nothing is returned.

Returns: tag, null: none; free: tasks that nobody holds; leased: tasks that a worker or a dispatcher holds; oldest: the
earliest due time of the free ones that are due, null: there is none.

Example:
    select tag, free, leased from taskqueue.queue_tags('photos');$doc$;
