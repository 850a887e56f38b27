-- dispatcher_queues: the dispatcher's: every live push queue, its limits, whether it runs, and how many of its tasks are held by a claim.
create or replace function taskqueue.dispatcher_queues()
returns table (id integer, name text, rate double precision, bucket_size integer, max_concurrent_requests integer, running boolean, in_flight bigint)
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  select q.id, q.name, q.rate_per_second, q.bucket_size, q.max_concurrent_requests, taskqueue._state(q) = 'running', taskqueue._in_flight(q.id)
  from taskqueue._queues as q
  where q.deleted_at is null and q.mode = 'push'
  order by q.id
$$;

comment on function taskqueue.dispatcher_queues is 'The dispatcher''s: every live push queue, its limits, whether it runs, and how many of its tasks are held by a claim.';
