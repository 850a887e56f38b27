-- _waits: what tasks of a queue wait for when none is due or runs, as the first hundred show. Needs the plans that its
-- callers pin.
--
-- Returns    no target (the last attempts of most found no target), backing off (some were tried before); null: all are
--            scheduled
create or replace function taskqueue._waits(queue_id integer, since timestamptz, purged pg_snapshot) returns text
language plpgsql stable as $$
declare
  seen record;
begin
  select count(*) filter (where w.attempts > 0) as tried,
         count(*) filter (where w.attempts > 0 and w.retry_reason = 'Unknown Target') as lost into seen
  from (select t.attempts, t.retry_reason from taskqueue._tasks as t
        where t.queue_id = _waits.queue_id and t.due >= since and not taskqueue._is_purged(t.id, purged)
        order by t.due limit 100) as w;
  return case when seen.lost * 2 > seen.tried then 'no target' when seen.tried > 0 then 'backing off' end;
end
$$;
