-- It reads no task: at a thousand queues it is called once a second. Each queue costs a descent of the index of
-- _statistics, and one more for each of its rows of the last minute.
create or replace function taskqueue.live_queues() returns setof taskqueue.live_queue
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  return query
  with led as materialized (select l.key from taskqueue._held_locks as l
                            where l.lock = 'leader' and l.exclusive and l.authorized)
  select q.name, q.mode, q.rate, q.rate_per_second, q.bucket_size, q.max_concurrent_requests, q.target, present.state,
         case present.state when 'paused' then q.paused_at when 'disabled' then q.disabled_at end,
         case present.state when 'paused' then q.paused_reason end,
         case present.state when 'paused' then q.paused_until end, pause.actor,
         taskqueue._condition(present.state, q.mode, q.id in (select l.key from led as l), null, minute.succeeded,
           minute.failed, minute.lost, enforced.rate < q.rate_per_second * (1 - 1e-8)),
         enforced.rate, newest.at, coalesce(newest.tokens, 0)::integer, coalesce(newest.in_flight, 0)::integer,
         minute.executed, minute.started, minute.succeeded, minute.failed, minute.throttled, minute.server_error,
         minute.no_answer, minute.dead, minute.started_recently, minute.executed_recently, minute.succeeded_recently,
         minute.failed_recently, sample.at, sample.due::integer, sample.scheduled::integer, sample.oldest_due,
         sample.tasks
  from taskqueue._queues as q
  cross join lateral (select taskqueue._queue_state(q.disabled_at, q.paused_at, q.paused_until, now) as state)
    as present
  left join lateral (select s.at, s.tokens, s.in_flight, s.enforced from taskqueue._statistics as s
                     where s.queue_id = q.id order by s.at desc limit 1) as newest on true
  -- as _enforced_rate
  cross join lateral (select case when newest.at >= q.rate_since and newest.enforced is not null
      then least(q.rate_per_second, newest.enforced
        + q.rate_per_second / 10 * floor(greatest(0, extract(epoch from now - newest.at)) / 10))
      else q.rate_per_second end as rate offset 0) as enforced
  cross join lateral (
    select coalesce(sum(s.executed), 0)::bigint as executed,
           coalesce(case q.mode when 'pull' then sum(s.executed) else sum(s.started) end, 0)::bigint as started,
           coalesce(sum(s.succeeded), 0)::bigint as succeeded, coalesce(sum(f.failed), 0)::bigint as failed,
           coalesce(sum(s.throttled), 0)::bigint as throttled,
           coalesce(sum(s.server_error), 0)::bigint as server_error,
           coalesce(sum(s.no_answer), 0)::bigint as no_answer, coalesce(sum(s.unknown_target), 0)::bigint as lost,
           coalesce(sum(s.dead), 0)::bigint as dead,
           coalesce(sum(case q.mode when 'pull' then s.executed else s.started end) filter (where f.recent), 0)::bigint
             as started_recently,
           coalesce(sum(s.executed) filter (where f.recent), 0)::bigint as executed_recently,
           coalesce(sum(s.succeeded) filter (where f.recent), 0)::bigint as succeeded_recently,
           coalesce(sum(f.failed) filter (where f.recent), 0)::bigint as failed_recently
    from taskqueue._statistics as s
    cross join lateral (select coalesce(s.client_error, 0) + coalesce(s.throttled, 0) + coalesce(s.server_error, 0)
        + coalesce(s.other_status, 0) + coalesce(s.no_answer, 0) + coalesce(s.unknown_target, 0)
        + coalesce(s.failed, 0) + coalesce(s.expired, 0) as failed,
      s.at > now - interval '10 seconds' as recent) as f
    where s.queue_id = q.id and s.at > now - interval '60 seconds'
  ) as minute
  left join lateral (select s.at, s.due, s.scheduled, s.oldest_due, s.tasks from taskqueue._statistics as s
                     where s.queue_id = q.id and s.at > now - interval '60 seconds' and s.due is not null
                     order by s.at desc limit 1) as sample on true
  left join lateral (select a.actor from (select a.actor, a.act, a.id from taskqueue._audit as a
                       where a.object = 'queue ' || q.name order by a.id desc limit 20) as a
                     where present.state = 'paused' and a.act = 'pause' order by a.id desc limit 1) as pause on true
  where q.deleted_at is null;
end
$$;

comment on function taskqueue.live_queues is
$doc$Returns how all queues are, by the newest notes of dispatchers and workers. It reads no tasks, so it stays fast with
any number of them; the console calls it once a second. The view queues counts tasks, too.

Returns live_queue rows:
- queue, mode, rate, bucket_size, max_concurrent_requests, target, state, paused_reason, paused_until, enforced_rate: as
  in the view queues; rate_per_second: the rate in dispatches per second; null for pull.
- condition: as in the view queues, without backing off, which only the tasks tell.
- since: when it was paused or disabled; paused_by: who paused it, as the audit names them. Null: not recorded.
- noted: when the newest note was made; tokens and in_flight: at that moment. Null: there was none in the last hour.
- executed, started, succeeded, failed, dead: in the last 60 seconds; pull: leases given stand for executed and started.
  throttled, server_error and no_answer are classes of failed ones.
- started_recently, executed_recently, succeeded_recently, failed_recently: in the last ten seconds.
- due, scheduled, oldest_due, tasks: the newest sample of the last 60 seconds; sampled: its moment. Null: there is none.

Example:
    select queue, started_recently / 10.0 as per_second, enforced_rate, condition from taskqueue.live_queues();$doc$;
