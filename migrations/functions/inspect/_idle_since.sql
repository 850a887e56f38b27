-- _idle_since: since when a due task of a push queue could have been claimed while its leader has claimed nothing;
-- null: no longer than the queue's rate, the leader's polling and a change of leaders explain. A token arrives within 1
-- / rate seconds; a leader polls every five, and a lost one is replaced within twelve.
create or replace function taskqueue._idle_since(queue taskqueue._queues, due timestamptz, leader_since timestamptz,
  enforced_rate double precision) returns timestamptz
language sql volatile as $$
  select i.since
  from (select greatest(_idle_since.due, leader_since, queue.rate_since, queue.paused_until,
    taskqueue._last_dispatch(queue.id)) as since) as i
  where enforced_rate > 0
    and taskqueue._now() > i.since + make_interval(secs => least(1 / enforced_rate, 31536000) + 20)
$$;
