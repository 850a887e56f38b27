-- _last_dispatch: the latest moment at which a task of the queue can have been dispatched, as far as is recorded;
-- null: nothing is.
--
-- A leader records its first dispatch, and then at most one per second, in _statistics: after a record there may have
-- been dispatches for another second. Of a queue that has been quiet for longer than an hour only the sums of minutes
-- or hours are left: its last dispatch was before their end, which matters to rates of a few tasks per hour or day.
-- Dispatches that a leader couldn't record before it died still hold their leases. (Leases that advance_floor moved
-- behind their end are older than that second.)
create or replace function taskqueue._last_dispatch(queue_id integer) returns timestamptz
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  now constant timestamptz := taskqueue._now();
  floor constant timestamptz := taskqueue._floor(queue_id);
  noted timestamptz;
  leased timestamptz;
begin
  select s.at + interval '1 second' into noted from taskqueue._statistics as s
  where s.queue_id = _last_dispatch.queue_id order by s.at desc limit 1;
  if noted is null then
    select m.minute + interval '1 minute' into noted from taskqueue._minute_statistics as m
    where m.queue_id = _last_dispatch.queue_id order by m.minute desc limit 1;
  end if;
  if noted is null then
    select h.hour + interval '1 hour' into noted from taskqueue._hourly_statistics as h
    where h.queue_id = _last_dispatch.queue_id order by h.hour desc limit 1;
  end if;
  select max(taskqueue._leased_at(h.lease_token)) into leased
  from (select t.lease_token, t.leased_until from taskqueue._tasks as t
        where t.queue_id = _last_dispatch.queue_id and t.due >= floor and t.due <= now order by t.due limit 5000) as h
  where h.leased_until > now;
  return greatest(case when noted is not null then least(noted, now) end, leased);
end
$$;
