-- Locks: for moments, the partitions it creates or drops and their parent, or the default partition. What can't be
-- locked immediately is left for the next call.
create or replace function taskqueue.sweep_attempts(keep interval default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set lock_timeout = '200ms'
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  longest constant interval := (select max(q.attempt_retention) from taskqueue._queues as q where q.deleted_at is null);
begin
  begin
    lock table taskqueue._attempts in share update exclusive mode nowait;
    perform taskqueue._add_partitions('_attempts', 'day');
    perform taskqueue._drop_partition(o.partition)
    from taskqueue._old_partitions('_attempts', 'day', taskqueue._now() - longest) as o(partition);
    if (select max(a.ended) from taskqueue._attempts_default as a) < taskqueue._now() - longest then
      truncate taskqueue._attempts_default;
    end if;
  exception when lock_not_available then
    null;
  end;
  perform taskqueue._sweep_statistics();   -- last, since lease calls write statistics and wait for its locks
end
$$;

comment on function taskqueue.sweep_attempts is
$doc$For dispatchers: creates the partitions of recorded attempts and of statistics for now and the near future, and
drops those that are too old: attempts after the longest attempt_retention of a queue (sweep_queue removes what a queue
with a shorter one need not keep), statistics by the second after an hour, by the minute after a week, by the hour after
35 days. Called a minute after a dispatcher starts and once an hour.

Arguments:
- keep: ignored; earlier programs pass it.

Example:
    select taskqueue.sweep_attempts();$doc$;
