-- next_due: the dispatcher's: when a queue next has something to claim: the first due time, or the first end of a lease. Null: nothing is there.
create or replace function taskqueue.next_due(queue text) returns timestamptz
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  source_id integer := (select q.id from taskqueue._queues as q where q.name = queue and q.deleted_at is null);
  now constant timestamptz := taskqueue._now();
  free timestamptz;
begin
  select t.due into free from taskqueue._tasks as t
  where t.queue_id = source_id and t.leased_until <= greatest(t.due, now) order by t.due, t.id limit 1;
  if free <= now then
    return free;
  end if;
  return least(free, (select min(t.leased_until) from taskqueue._tasks as t where t.queue_id = source_id and t.due <= now));
end
$$;

comment on function taskqueue.next_due is 'The dispatcher''s: when a queue next has something to claim: the first due time, or the first end of a lease.';
