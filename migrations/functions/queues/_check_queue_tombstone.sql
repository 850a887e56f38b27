-- _check_queue_tombstone: the name of a deleted queue can't be reused for seven days.
--
-- Raises TQ015.
create or replace function taskqueue._check_queue_tombstone(queue text) returns void
language plpgsql stable
set enable_seqscan = off set enable_bitmapscan = off
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  free_at timestamptz;
begin
  select max(q.deleted_at) + interval '604800 seconds' into free_at from taskqueue._queues q
    where q.name = _check_queue_tombstone.queue;
  if free_at > taskqueue._now() then
    perform taskqueue._raise('TQ015',
      format('queue %s was deleted, and its name can''t be reused until %s', queue, taskqueue._show_time(free_at)),
      'Use another name, or wait until then.',
        jsonb_build_object('queue', queue, 'free_at', taskqueue._rfc3339(free_at)));
  end if;
end
$$;
