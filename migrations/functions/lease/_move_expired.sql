-- _move_expired: moves tasks of a pull queue whose leases expired behind all due tasks, in the order in which the
-- leases ended. A task that already has its lease's end as its due time (advance_floor) is in its place. A call moves
-- only the first thousand, because a worker that died may have held very many. Needs the plans that its callers pin: no
-- sequential scans, no bitmap scans.
--
-- Arguments  places  ctids of tasks that the caller has found and locked, the earliest first; the search for others
--                    begins there
--            tag     searches only tasks of this tag; null: all tasks
-- Returns    the earliest due time that a moved task had: a floor must not pass it before this is committed; null:
--            nothing was moved
-- Locks      up to 1000 rows that it moves, skipping locked ones
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
  counted integer;
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
  select min(m.due), count(*) into first, counted from moved as m;
  if counted > 0 then
    insert into taskqueue._statistics (queue_id, at, executed, expired) values (source.id, now, 0, counted);
  end if;
  return first;
end
$$;
