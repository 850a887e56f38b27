-- _insert_names: takes the names of tasks that nobody has. Returns their hashes; a name whose hash is missing is not
-- available.
--
-- The primary key of _names decides: an insert waits for the transaction that has the name. That transaction may stay
-- open indefinitely, so the wait is limited to five seconds, or to the caller's lock_timeout if that is shorter.
--
-- Raises TQ002 when the wait is over.
create or replace function taskqueue._insert_names(queue taskqueue._queues, tasks taskqueue._tasks[]) returns uuid[]
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  now constant timestamptz := taskqueue._now();
  purge_expires constant timestamptz := taskqueue._later(queue.purged_at, queue.tombstone_ttl);
  limit_before constant text := current_setting('lock_timeout');
  shorter constant boolean := limit_before::interval > interval '0' and limit_before::interval < interval '5 seconds';
  taken uuid[];
begin
  if not shorter then
    perform set_config('lock_timeout', '5s', true);
  end if;
  with won as (
    insert into taskqueue._names as n (queue_id, name_hash, task_id, name)
    select queue.id, taskqueue._name_hash(t.name), t.id, t.name from unnest(tasks) as t
    where t.name is not null and taskqueue._find_generated(queue, t.name) is null
    order by 2
    on conflict on constraint _names_pkey do update set task_id = excluded.task_id, ended = null, expires = null
      where n.expires <= now
        or (n.expires is null and taskqueue._is_purged(n.task_id, queue.purged) and purge_expires <= now)
    returning n.name_hash
  )
  select array_agg(won.name_hash) into taken from won;
  if not shorter then
    perform set_config('lock_timeout', limit_before, true);
  end if;
  return taken;
exception when lock_not_available then
  perform taskqueue._raise_name_locked(queue.name, tasks);
  return null;
end
$$;
