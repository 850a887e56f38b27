-- Locks: the tasks' rows.
create or replace function taskqueue.release_tasks(queue text, ids bigint[], lease_tokens uuid[],
  delay_seconds double precision default 0) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  released bigint;
begin
  if cardinality(ids) = 0 then
    return 0;
  end if;
  perform pg_current_xact_id();   -- before the clock is read: see _step_floor
  update taskqueue._tasks as t
  set due = case when delay_seconds > 0 then taskqueue._now() + make_interval(secs => delay_seconds)
    else least(t.due, taskqueue._now()) end, leased_until = '-infinity', lease_token = null,
    attempts = greatest(t.attempts - 1, 0),
      first_attempt = case when t.attempts > 1 then t.first_attempt end
  where t.id = any (ids)   -- as in _delete_generated
    and ((t.id, t.lease_token) in (select s.id, s.lease_token
        from unnest(ids, lease_tokens) as s(id, lease_token))) is true;
  get diagnostics released = row_count;
  if released > 0 then
    perform taskqueue._wake(q.id, q.name) from taskqueue._queues as q
      where q.name = release_tasks.queue and q.deleted_at is null;
  end if;
  return released;
end
$$;

comment on function taskqueue.release_tasks is
$doc$For dispatchers: releases tasks that were claimed and never sent, as if they had not been claimed.

Arguments:
- queue: name of their queue.
- ids: ids of the tasks.
- lease_tokens: tokens of the claims, in the same order.
- delay_seconds: earliest moment they are due again, in seconds from now; 0: as they were.

Returns the number of released tasks.

Example:
    select taskqueue.release_tasks('mail', array[...], array[...]::uuid[], delay_seconds => 5);$doc$;
