-- _shorten_leases: after the clock was set back, makes the leases of a queue that were given while it was ahead begin
-- again now and last as long as they were given for; otherwise each would last longer by as much as the clock was set
-- back. Records that are later than now are moved to now, so that this happens once. Needs the plans that its callers
-- pin.
--
-- Locks    the rows that it changes, skipping locked ones
create or replace function taskqueue._shorten_leases(queue_id integer, floor timestamptz) returns void
language plpgsql volatile as $$
declare
  now timestamptz;
begin
  perform pg_current_xact_id();   -- before the clock is read: see _step_floor
  now := taskqueue._now();
  update taskqueue._tasks as t
  set leased_until = now + (t.leased_until - taskqueue._leased_at(t.lease_token)),
      -- it was due when it was leased
      due = least(t.due, greatest(now + (t.leased_until - taskqueue._leased_at(t.lease_token)), taskqueue._now()))
  where t.ctid = any (array(
    select o.ctid from taskqueue._tasks as o
    where o.queue_id = _shorten_leases.queue_id and o.due >= floor and o.leased_until > now
      and taskqueue._leased_at(o.lease_token) > now and o.leased_until >= taskqueue._leased_at(o.lease_token)
    for update skip locked));
  update taskqueue._statistics as s set at = now where s.queue_id = _shorten_leases.queue_id and s.at > now;
end
$$;
