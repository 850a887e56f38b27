-- A histogram stands in a row of its own, at the beginning of its minute. Such a row is older than those of the second
-- in which something happened, so _last_dispatch and _enforced_rate read the same without it.
create or replace function taskqueue.record_activity(notes jsonb) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  with estimates as materialized (select * from taskqueue._task_estimates())   -- read only for a long queue
  insert into taskqueue._statistics (queue_id, at, executed, enforced, started, succeeded, client_error, throttled,
    server_error, other_status, no_answer, unknown_target, dead, released, tokens, in_flight, due, scheduled,
    oldest_due, lag, duration, tasks)
  select q.id, coalesce(timestamptz 'epoch' + n.minute * interval '1 minute', now), coalesce(n.executed, 0),
    n.enforced, n.started, n.succeeded, n.client_error, n.throttled, n.server_error, n.other_status, n.no_answer,
    n.unknown_target, n.dead, n.released, n.tokens, n.in_flight, s.due, s.scheduled, s.oldest_due, n.lag, n.duration,
    case when s.due < 100 and s.scheduled < 100 then s.due + s.scheduled + coalesce(n.in_flight, 0)
      when n.sample then greatest(s.due + s.scheduled, coalesce(
        (select e.tasks from estimates as e where e.queue_id = q.id),
        (select e.tasks from estimates as e where e.queue_id is null))) end
  from jsonb_to_recordset(notes) as n(queue text, minute bigint, executed bigint, enforced double precision,
    started integer, succeeded integer, client_error integer, throttled integer, server_error integer,
    other_status integer, no_answer integer, unknown_target integer, dead integer, released integer, tokens smallint,
    in_flight smallint, sample boolean, lag integer[], duration integer[])
  join taskqueue._queues as q on q.name = n.queue and q.deleted_at is null
  left join lateral (select o.due, o.scheduled, o.oldest_due from taskqueue._depth(q, taskqueue._floor(q.id)) as o
    where n.sample offset 0) as s on true
  -- whether a pull queue is active only its rows tell
  where q.mode = 'push' or exists (select from taskqueue._statistics as r
    where r.queue_id = q.id and r.at > now - interval '11 seconds' and r.due is null);
end
$$;

comment on function taskqueue.record_activity is
$doc$For dispatchers: records what happened in queues since the last record, and how they are. Called at most once a
second per queue, and when a rate is halved.

Arguments:
- notes: JSON array of objects. Keys: queue; executed, started, succeeded, dead, released and the classes of failures
  (client_error, throttled, server_error, other_status, no_answer, unknown_target): numbers of attempts since the last
  record; tokens and in_flight: now; enforced: dispatches per second the queue is held to, if it is throttled; sample:
  true: also count the tasks that are due and scheduled, and estimate how many there are of all (of a pull queue only if
  it was used in the last ten seconds);
  or minute, lag and duration: the histograms of one minute (the number of minutes since 1970; arrays of counts, see
  histogram_quantile). Keys that are left out stand for 0. Notes of unknown queues are dropped.

Example:
    select taskqueue.record_activity('[{"queue": "mail", "started": 5, "executed": 4, "succeeded": 3, "server_error": 1,
      "tokens": 2, "in_flight": 1}]');$doc$;
