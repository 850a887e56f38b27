create or replace function taskqueue.unattended_queues() returns setof text
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  select q.name from taskqueue._queues as q
  where (q.deleted_at is null or q.purged is not null)
    and q.id <> all (array(select l.key from taskqueue._held_locks as l
        where l.lock = 'leader' and l.exclusive and l.authorized))
  order by q.id
$$;

comment on function taskqueue.unattended_queues is
$doc$For the scheduler: returns the names of the queues that no dispatcher leads, and so none sweeps; of
deleted queues, of those that have rows left to clean.

Example:
    select * from taskqueue.unattended_queues();$doc$;
