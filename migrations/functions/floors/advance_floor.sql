-- The scan needs a snapshot that is younger than the last open writer, and its moves have to be committed before
-- raise_floor publishes them: each step is a statement of its own.
--
-- Locks: the rows it moves, skipping locked ones.
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
$doc$The third step of raising floors, once every open writer has ended: scans from the old floor to the first task that
has to stay above the new one. Index entries of removed tasks are passed over. A task that has been leased for more than
two seconds is moved once: its due time becomes the end of its lease. A task that is ready, was just leased or is locked
ends the scan.

Arguments:
- queue: name of a queue that the caller leads.
- horizon: what clock returned, less a margin for clock adjustments.

Returns the moment to which the floor may be raised; null: the queue is gone.

Example:
    select taskqueue.advance_floor('mail', taskqueue.clock() - interval '100 milliseconds');$doc$;
