-- unattended_queues: the scheduler's: the queues that no dispatcher leads, and so none sweeps.
create or replace function taskqueue.unattended_queues() returns setof text
language sql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  select q.name from taskqueue._queues as q
  where q.deleted_at is null and not exists (
    select from pg_locks as l
    where l.locktype = 'advisory' and l.classid = 8123001 and l.objid = q.id and l.objsubid = 2 and l.granted
      and l.database = (select d.oid from pg_database as d where d.datname = current_database()))
  order by q.id
$$;

comment on function taskqueue.unattended_queues is 'The scheduler''s: the queues that no dispatcher leads.';
