-- Leased tasks stand among those that are due, where they were, or where their lease ends: the scan ends after 2000
-- rows.
create or replace function taskqueue.queue_leases(queue text) returns table (tag text, taken timestamptz,
  ends timestamptz, tasks bigint)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
  source taskqueue._queues;
begin
  select * into source from taskqueue._queues as q where q.name = queue_leases.queue and q.deleted_at is null;
  return query
  select l.tag, date_trunc('second', taskqueue._leased_at(l.lease_token)), date_trunc('second', l.leased_until),
         count(*)
  from (select t.tag, t.lease_token, t.leased_until, t.id from taskqueue._tasks as t
        where t.queue_id = source.id and t.due >= taskqueue._floor(source.id) order by t.due limit 2000) as l
  where l.leased_until > now and l.lease_token is not null and not taskqueue._is_purged(l.id, source.purged)
  group by 1, 2, 3 order by 3, 2, 1 limit 200;
end
$$;

comment on function taskqueue.queue_leases is
$doc$Returns the leases of a pull queue that have not ended, those that end first, first. It looks at the first
2000 tasks by their due time and returns at most 200 rows.

Arguments:
- queue: its name. Of an unknown one nothing is returned.

Returns, for all tasks of a tag that were leased in the same second until the same second: tag, null: none; taken; ends;
tasks: their number.

Example:
    select tag, ends, tasks from taskqueue.queue_leases('photos');$doc$;
