-- _walk_floor: scans from a queue's floor to the first task that has to stay above it, and moves tasks that have long
-- been leased behind their leases. Needs the plans that its callers pin: no sequential scans, no bitmap scans, no
-- sorts. No token is in a variable: a worker's call scans tasks that others have leased, and a session can have the
-- values of variables printed.
--
-- Returns  reached  where the floor may be once the moves are committed
--          unmoved  where it may be now: no earlier task had to be moved
-- Locks    the rows that it moves, skipping locked ones
create or replace function taskqueue._walk_floor(source taskqueue._queues, horizon timestamptz, max_moves integer,
  out reached timestamptz, out unmoved timestamptz)
language plpgsql volatile as $$
declare
  walked record;
  floor constant timestamptz := taskqueue._floor(source.id);
  now constant timestamptz := taskqueue._now();
  moved integer := 0;
begin
  for walked in
    select t.id, t.due, t.leased_until, taskqueue._leased_at(t.lease_token) as leased_at from taskqueue._tasks as t
    where t.queue_id = source.id and t.due >= floor and t.due <= horizon
    order by t.due
  loop
    continue when taskqueue._is_purged(walked.id, source.purged);
    reached := walked.due;
    if walked.leased_until <= now or walked.leased_until > now + taskqueue._longest_lease() or moved >= max_moves
       or walked.leased_at > now - interval '2 seconds' then
      exit;
    end if;
    update taskqueue._tasks as t set due = greatest(t.leased_until, taskqueue._now())
    where t.ctid = (select o.ctid from taskqueue._tasks as o
                    where o.id = walked.id and o.due = walked.due and o.leased_until = walked.leased_until
                      for update skip locked);
    exit when not found;
    reached := null;
    unmoved := coalesce(unmoved, walked.due);
    moved := moved + 1;
  end loop;
  reached := coalesce(reached, horizon);
  unmoved := coalesce(unmoved, reached);
end
$$;
