-- It reads no task: at a thousand queues it is called once a second. Each queue costs one scan of the index of
-- _statistics for its rows of the last minute, and another for its newest row if it has none of these. The greatest of
-- arrays that begin with a moment is that of the newest row.
create or replace function taskqueue.live_queues() returns setof taskqueue.live_queue
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
  recently constant timestamptz := now - interval '10 seconds';
  a_minute_ago constant timestamptz := now - interval '60 seconds';
  an_hour_ago constant timestamptz := now - interval '3600 seconds';
  soon constant timestamptz := now + interval '60 seconds';   -- the partitions after it need not be read
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
         enforced.rate, to_timestamp(last.newest[1]), coalesce(last.newest[2], 0)::integer,
         coalesce(last.newest[3], 0)::integer,
         minute.executed, minute.started, minute.succeeded, minute.failed, minute.throttled, minute.server_error,
         minute.no_answer, minute.dead, minute.started_recently, minute.executed_recently, minute.succeeded_recently,
         minute.failed_recently, to_timestamp(minute.sample[1]), minute.sample[2]::integer, minute.sample[3]::integer,
         to_timestamp(minute.sample[4]), minute.sample[5]::bigint
  from taskqueue._queues as q
  cross join lateral (select taskqueue._queue_state(q.disabled_at, q.paused_at, q.paused_until, now) as state)
    as present
  cross join lateral (
    select coalesce(sum(s.executed), 0)::bigint as executed,
           coalesce(case q.mode when 'pull' then sum(s.executed) else sum(s.started) end, 0)::bigint as started,
           coalesce(sum(s.succeeded), 0)::bigint as succeeded, coalesce(sum(f.failed), 0)::bigint as failed,
           coalesce(sum(s.throttled), 0)::bigint as throttled,
           coalesce(sum(s.server_error), 0)::bigint as server_error,
           coalesce(sum(s.no_answer), 0)::bigint as no_answer, coalesce(sum(s.unknown_target), 0)::bigint as lost,
           coalesce(sum(s.dead), 0)::bigint as dead,
           coalesce(sum(case q.mode when 'pull' then s.executed else s.started end) filter (where s.at > recently),
             0)::bigint as started_recently,
           coalesce(sum(s.executed) filter (where s.at > recently), 0)::bigint as executed_recently,
           coalesce(sum(s.succeeded) filter (where s.at > recently), 0)::bigint as succeeded_recently,
           coalesce(sum(f.failed) filter (where s.at > recently), 0)::bigint as failed_recently,
           max(array[extract(epoch from s.at)::double precision, s.tokens, s.in_flight, s.enforced]) as newest,
           max(array[extract(epoch from s.at)::double precision, s.due, s.scheduled,
             extract(epoch from s.oldest_due)::double precision, s.tasks]) filter (where s.due is not null) as sample
    from taskqueue._statistics as s
    cross join lateral (select coalesce(s.client_error, 0) + coalesce(s.throttled, 0) + coalesce(s.server_error, 0)
        + coalesce(s.other_status, 0) + coalesce(s.no_answer, 0) + coalesce(s.unknown_target, 0)
        + coalesce(s.failed, 0) + coalesce(s.expired, 0) as failed) as f
    where s.queue_id = q.id and s.at > a_minute_ago and s.at < soon
  ) as minute
  left join lateral (select array[extract(epoch from s.at)::double precision, s.tokens, s.in_flight, s.enforced] as note
                     from taskqueue._statistics as s
                     where minute.newest is null and s.queue_id = q.id and s.at > an_hour_ago and s.at < soon
                     order by s.at desc limit 1) as earlier on true
  cross join lateral (select coalesce(minute.newest, earlier.note) as newest offset 0) as last
  -- as _enforced_rate
  cross join lateral (select case when last.newest[4] is not null and to_timestamp(last.newest[1]) >= q.rate_since
      then least(q.rate_per_second, last.newest[4]
        + q.rate_per_second / 10 * floor(greatest(0, extract(epoch from now) - last.newest[1]) / 10))
      else q.rate_per_second end as rate offset 0) as enforced
  left join lateral (select a.actor from (select a.actor, a.act, a.id from taskqueue._audit as a
                       where a.object = 'queue ' || q.name order by a.id desc limit 20) as a
                     where present.state = 'paused' and a.act = 'pause' order by a.id desc limit 1) as pause on true
  where q.deleted_at is null;
end
$$;

comment on function taskqueue.live_queues is
$doc$Returns how all queues are, by the newest notes of dispatchers and workers. It reads no tasks, so it stays fast
with any number of them; the console calls it once a second. The view queues counts tasks, too.

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
