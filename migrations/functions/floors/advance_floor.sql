-- advance_floor: the keeper's third step, when every witness is gone: walk from the old floor to the first task that
-- has to stay above it.
--
-- Entries of tasks that are gone are stepped over. A task that has been leased for more than two seconds is put behind
-- its lease, once: its due time becomes the lease's end. One that is ready, or was leased just now, or is locked by
-- someone ends the walk. The walk needs a snapshot that is younger than the last witness, and its moves have to be
-- committed before raise_floor says so: each is a statement of its own.
--
-- Arguments  queue    name of a queue, led by the caller
--            horizon  what clock gave, less a margin for steps of the clock
-- Returns    the moment to which the floor may be raised; null: the queue is gone
-- Locks      the rows that it moves, skipping locked ones
create or replace function taskqueue.advance_floor(queue text, horizon timestamptz) returns timestamptz
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  return case when source.id is not null then (taskqueue._walk_floor(source, horizon, 5000)).reached end;
end
$$;

comment on function taskqueue.advance_floor is
  'The keeper''s third step: walk from the old floor to the first task that has to stay above it.';
