-- advance_floor: the keeper's third step, when every witness is gone: walk from the old floor to the first task that has to stay above it.
--
-- Entries of tasks that are gone are stepped over. A task that has been leased for more than two seconds is put behind its lease, once: its due time becomes the
-- lease's end. One that is ready, or was leased just now, or is locked by someone ends the walk. The walk needs a snapshot that is younger than the
-- last witness, and its moves have to be committed before raise_floor says so: each is a statement of its own.
--
-- Arguments  queue    name of a queue, led by the caller
--            horizon  what keeper_horizon gave, less a margin for steps of the clock
-- Returns    the moment to which the floor may be raised; null: the queue is gone
-- Locks      the rows that it moves, skipping locked ones
create or replace function taskqueue.advance_floor(queue text, horizon timestamptz) returns timestamptz
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
declare
  source taskqueue._queues;
  walked record;
  floor timestamptz;
  now constant timestamptz := taskqueue._now();
  moved integer := 0;
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  if source.id is null then
    return null;
  end if;
  floor := taskqueue._floor(source.id);
  for walked in
    select t.id, t.due, t.leased_until, t.lease_token from taskqueue._tasks as t
    where t.queue_id = source.id and t.due >= floor and t.due <= horizon
    order by t.due
  loop
    continue when taskqueue._is_purged(walked.id, source.purged);
    if walked.leased_until <= now or walked.leased_until > now + interval '691200 seconds' or moved >= 5000
       or taskqueue._leased_at(walked.lease_token) > now - interval '2 seconds' then
      return walked.due;
    end if;
    update taskqueue._tasks as t set due = greatest(t.leased_until, taskqueue._now())
    where t.ctid = (select o.ctid from taskqueue._tasks as o
                    where o.id = walked.id and o.due = walked.due and o.lease_token = walked.lease_token for update skip locked);
    if not found then
      return walked.due;
    end if;
    moved := moved + 1;
  end loop;
  return horizon;
end
$$;

comment on function taskqueue.advance_floor is 'The keeper''s third step: walk from the old floor to the first task that has to stay above it.';
