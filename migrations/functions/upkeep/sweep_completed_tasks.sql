-- Locks: for moments, the partitions it creates or drops and their parent. What can't be locked immediately is left for
-- the next call.
create or replace function taskqueue.sweep_completed_tasks() returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set lock_timeout = '200ms'
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  lock table taskqueue._completed_tasks in share update exclusive mode nowait;
  -- the days on which tasks expire that are completed from today to the day after tomorrow
  perform taskqueue._add_partition('_completed_tasks', 'day', d.day)
  from (select distinct date_trunc('day', taskqueue._later(now, q.completed_retention), 'UTC') + n * interval '1 day'
        from taskqueue._queues as q, generate_series(0, 2) as n
        where q.keep_completed <> 'none' and q.deleted_at is null) as d(day);
  perform taskqueue._drop_partition(o.partition)
  from taskqueue._old_partitions('_completed_tasks', 'day', now) as o(partition);
  delete from taskqueue._completed_tasks_default where ctid = any (array(
    select c.ctid from taskqueue._completed_tasks_default as c where c.expires <= now
    order by c.expires limit 100000));
exception when lock_not_available then
  null;
end
$$;

comment on function taskqueue.sweep_completed_tasks is
$doc$For dispatchers: creates the partitions in which completed tasks of the next days are kept, and drops those in
which all have expired. Called a minute after a dispatcher starts and once an hour.

Example:
    select taskqueue.sweep_completed_tasks();$doc$;
