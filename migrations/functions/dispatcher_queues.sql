-- dispatcher_queues: the dispatcher's: every live queue, its limits, whether it runs, and what a new leader has to know of it. Dispatchers lead pull queues too,
-- for their floors; those have no limits, nothing in flight and no dispatches.
--
-- Returns    in_flight       tasks held by a claim
--            enforced_rate   dispatches a second that it is held to (_enforced_rate)
--            rate_since      when it was made, configured or resumed, in microseconds since 1970
--            rested_seconds  at least so long ago was the last dispatch (_last_dispatch); null: none is on record
--            purged          rows of purged tasks are left to clean (clean_purged)
create or replace function taskqueue.dispatcher_queues()
returns table (id integer, name text, mode text, rate double precision, bucket_size integer, max_concurrent_requests integer, running boolean,
               in_flight bigint, enforced_rate double precision, rate_since bigint, rested_seconds double precision, purged boolean)
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_sort = off set enable_indexscan = on set jit = off set plan_cache_mode = force_generic_plan as $$
  select q.id, q.name, q.mode, q.rate_per_second, q.bucket_size, q.max_concurrent_requests, taskqueue._state(q) = 'running',
         case q.mode when 'push' then taskqueue._in_flight(q.id, taskqueue._floor(q.id)) else 0 end,
         taskqueue._enforced_rate(q), (extract(epoch from q.rate_since) * 1000000)::bigint,
         case q.mode when 'push' then extract(epoch from taskqueue._now() - taskqueue._last_dispatch(q.id))::double precision end,
         q.purged is not null
  from taskqueue._queues as q
  where q.deleted_at is null
  order by q.id
$$;

comment on function taskqueue.dispatcher_queues is 'The dispatcher''s: every live queue, its limits, whether it runs, and what a new leader has to know of it.';
