-- _enforced_rate: how many dispatches per second a queue is held to now: the rate its leader last recorded since the
-- queue was created, configured or resumed, plus a tenth of the configured rate for each ten seconds since. Null for
-- pull queues.
create or replace function taskqueue._enforced_rate(queue taskqueue._queues) returns double precision
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  noted taskqueue._statistics;
  seconds double precision;
begin
  if queue.rate_per_second is null then
    return null;
  end if;
  select * into noted from taskqueue._statistics as s where s.queue_id = queue.id and s.at >= queue.rate_since
    order by s.at desc limit 1;
  if noted.enforced is null then
    return queue.rate_per_second;
  end if;
  seconds := greatest(0, extract(epoch from taskqueue._now() - noted.at));
  return least(queue.rate_per_second, noted.enforced + queue.rate_per_second / 10 * floor(seconds / 10));
end
$$;
