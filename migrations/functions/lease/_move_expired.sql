-- _move_expired: put tasks of a pull queue whose leases ran out where they stood behind all that is due, those first
-- whose leases ended first. One that stands behind its lease already (advance_floor) is in its place. Of a call's
-- thousands only the first: a worker that died may have held very many. Wants the plans of its callers: no sequential
-- scans, no bitmap scans.
--
-- Arguments  places  of those that the caller has found and locked, the earliest first; it looks for others from there
--                    on
--            tag     null: it looks for others among all tasks; else among those of the tag
-- Returns    the earliest due time that one of them had: a floor may not pass it before this has been committed; null:
--            nothing was moved
-- Locks      up to 1000 rows that it moves, skipping locked ones.
create or replace function taskqueue._move_expired(source taskqueue._queues, now timestamptz, places tid[],
  tag text default null)
returns timestamptz
language plpgsql volatile as $$
declare
  beyond constant timestamptz := now + taskqueue._longest_lease();
  since constant timestamptz := (select t.due from taskqueue._tasks as t where t.ctid = places[1]);
  more constant integer := 1000 - cardinality(places);
  lost tid[];
  first timestamptz;
begin
  if tag is null then
    lost := array(
      select near.ctid
      from (select t.ctid, t.due, t.leased_until, t.id from taskqueue._tasks as t
            where t.queue_id = source.id and t.due >= since and t.due <= now
              and (t.leased_until <= now or t.leased_until > beyond)
            order by t.due limit more) as near
      where near.leased_until > near.due and not taskqueue._is_purged(near.id, source.purged));
  else
    lost := array(
      select near.ctid
      from (select t.ctid, t.due, t.leased_until, t.id from taskqueue._tasks as t
            where t.queue_id = source.id and t.tag = _move_expired.tag and t.due >= since and t.due <= now
              and (t.leased_until <= now or t.leased_until > beyond)
            order by t.due limit more) as near
      where near.leased_until > near.due and not taskqueue._is_purged(near.id, source.purged));
  end if;
  with free as materialized (
    select l.ctid, l.due from taskqueue._tasks as l
    where l.ctid = any (places || lost) and l.leased_until > l.due
      and (l.leased_until <= now or l.leased_until > beyond)
    order by l.leased_until
    for update skip locked
  ), moved as (
    update taskqueue._tasks as t set due = greatest(least(t.leased_until, now), taskqueue._now()),
      leased_until = '-infinity'
    from free where t.ctid = free.ctid
    returning free.due
  )
  select min(m.due) into first from moved as m;
  return first;
end
$$;
