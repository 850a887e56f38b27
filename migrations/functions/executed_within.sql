-- executed_within: how much a queue did lately: push: attempts that ended; pull: leases given. Known for the last hour.
--
-- Arguments  queue    name of a queue
--            seconds  0 … 3600
-- Raises     TQ001 unknown queue
-- Example    select taskqueue.executed_within('pull', 3600);
create or replace function taskqueue.executed_within(queue text, seconds double precision) returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  since constant timestamptz := taskqueue._now() - make_interval(secs => seconds);
begin
  return (select coalesce(sum(s.executed), 0) from taskqueue._statistics as s where s.queue_id = source.id and s.at > since);
end
$$;

comment on function taskqueue.executed_within is 'How much a queue did lately: push: attempts that ended; pull: leases given.';
