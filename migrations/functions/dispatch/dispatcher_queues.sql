create or replace function taskqueue.dispatcher_queues(counted integer[] default null)
returns table (
  id integer, name text, mode text, rate double precision, bucket_size integer, max_concurrent_requests integer,
  running boolean, in_flight bigint, enforced_rate double precision, rate_since bigint,
  rested_seconds double precision, purged boolean, claimers jsonb
)
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
  select q.id, q.name, q.mode, q.rate_per_second, q.bucket_size, q.max_concurrent_requests,
         taskqueue._state(q) = 'running' and q.deleted_at is null,
         case when c.counts then coalesce(cardinality(h.claimers), 0)::bigint end,
         case when c.counts then taskqueue._enforced_rate(q) end,
         (extract(epoch from q.rate_since) * 1000000)::bigint,
         case when c.counts and q.mode = 'push' and q.deleted_at is null
              then extract(epoch from taskqueue._now() - taskqueue._last_dispatch(q.id))::double precision end,
         q.purged is not null,
         (select jsonb_agg(jsonb_build_object(
            'claimer', g.claimer, 'held', g.held,
            'connected', g.claimer = any (array(select l.key::integer from taskqueue._held_locks as l
                                                where l.lock = 'claimer' and l.authorized))))
          from (select u.claimer, count(*) as held from unnest(h.claimers) as u(claimer) group by u.claimer) as g)
  from taskqueue._queues as q
  cross join lateral (select q.deleted_at is null and (counted is null or q.id = any (counted))
    offset 0) as c(counts)
  cross join lateral (select case when c.counts and q.mode = 'push'
                                  then taskqueue._claimers(q.id, taskqueue._floor(q.id)) end as claimers offset 0) as h
  where q.deleted_at is null
    or q.purged is not null and not exists (select from taskqueue._queues as l
      where l.name = q.name and l.deleted_at is null)
  order by q.id
$$;

comment on function taskqueue.dispatcher_queues is
$doc$For dispatchers: returns every queue, its limits, whether it runs, and what a new leader has to know of it.
Dispatchers lead pull queues, too, for their floors; those have no limits, nothing in flight and no dispatches. A
deleted queue is among them, and does not run, until its leader has cleaned it.

Arguments:
- counted: ids of the queues whose in_flight, claimers, enforced_rate and rested_seconds are wanted; null: all. Counting
  is what costs with thousands of queues.

Returns one row per queue: id, name, mode, rate (per second), bucket_size, max_concurrent_requests, running, and
- in_flight: number of claimed tasks; null: not counted, as of a deleted queue.
- enforced_rate: dispatches per second that the queue is held to.
- rate_since: when the queue was created, configured or resumed, in microseconds since 1970.
- rested_seconds: the last dispatch was at least this long ago; null: none is recorded.
- purged: rows of purged tasks, or of the deleted queue, are left to clean (clean_purged).
- claimers: who holds the claimed tasks: a list of {claimer, held, connected}: the dispatcher's number (0: it gave
  none), the number of tasks, and whether it is connected; null: none is held.

Example:
    select name, running, in_flight from taskqueue.dispatcher_queues();$doc$;
