-- Locks: for moments, the partitions it creates or drops and their parent, or the default partition. What can't be
-- locked immediately is left for the next call.
create or replace function taskqueue.sweep_attempts(keep interval default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set lock_timeout = '200ms'
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  now constant timestamptz := taskqueue._now();
  today constant date := (now at time zone 'UTC')::date;
  longest constant interval := (select max(q.attempt_retention) from taskqueue._queues as q where q.deleted_at is null);
begin
  lock table taskqueue._attempts in share update exclusive mode nowait;
  perform taskqueue._add_days('_attempts', 'ended', array[today, today + 1, today + 2]);
  perform taskqueue._drop_days('_attempts', now - longest);
  if (select max(a.ended) from taskqueue._attempts_default as a) < now - longest then
    truncate taskqueue._attempts_default;
  end if;
exception when lock_not_available then
  null;
end
$$;

comment on function taskqueue.sweep_attempts is
$doc$For dispatchers: creates the partitions of recorded attempts for today and the next two days, and drops those that
are older than the longest attempt_retention of a queue. sweep_queue removes what a queue with a shorter one need not
keep. Called when a dispatcher starts and once an hour.

Arguments:
- keep: ignored; earlier programs pass it.

Example:
    select taskqueue.sweep_attempts();$doc$;
