-- _add_up_statistics: adds up rows of _statistics by the minute and by the hour: those of a partition, which the caller
-- drops, or, before a moment, those of the default partition, which are deleted.
--
-- Arguments  source  name of the partition; gone: those that are deleted
create or replace function taskqueue._add_up_statistics(source text, before timestamptz default null) returns void
language plpgsql volatile as $$
begin
  execute case when before is not null then
      'with gone as (delete from taskqueue._statistics_default as d where d.at < $1 returning d.*), '
    else 'with ' end || format($sql$
    minutes as materialized (
      select s.queue_id, date_trunc('minute', s.at, 'UTC') as minute, sum(s.executed)::bigint as executed,
             sum(s.started) as started, sum(s.succeeded) as succeeded, sum(s.client_error) as client_error,
             sum(s.throttled) as throttled, sum(s.server_error) as server_error, sum(s.other_status) as other_status,
             sum(s.no_answer) as no_answer, sum(s.unknown_target) as unknown_target, sum(s.failed) as failed,
             sum(s.expired) as expired, sum(s.dead) as dead, sum(s.released) as released, max(s.due) as due,
             taskqueue._column_sums(array_agg(s.lag::bigint[]) filter (where s.lag is not null)) as lag,
             taskqueue._column_sums(array_agg(s.duration::bigint[]) filter (where s.duration is not null)) as duration,
             max(s.tasks) as tasks
      from %s as s group by 1, 2
    ), hours as (
      insert into taskqueue._hourly_statistics (queue_id, hour, executed, started, succeeded, client_error, throttled,
        server_error, other_status, no_answer, unknown_target, failed, expired, dead, released)
      select m.queue_id, date_trunc('hour', m.minute, 'UTC'), sum(m.executed), sum(m.started), sum(m.succeeded),
             sum(m.client_error), sum(m.throttled), sum(m.server_error), sum(m.other_status), sum(m.no_answer),
             sum(m.unknown_target), sum(m.failed), sum(m.expired), sum(m.dead), sum(m.released)
      from minutes as m group by 1, 2
    )
    insert into taskqueue._minute_statistics (queue_id, minute, executed, started, succeeded, client_error, throttled,
      server_error, other_status, no_answer, unknown_target, failed, expired, dead, released, due, lag, duration,
      tasks)
    select m.* from minutes as m
  $sql$, source) using before;
end
$$;
