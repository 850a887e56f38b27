-- _explain_turn: what keeps a due push task: concurrency, tokens, or nothing. The bucket is in the dispatcher's memory; what it holds at least follows from how long
-- the queue has rested, as for a new leader.
create or replace function taskqueue._explain_turn(queue taskqueue._queues, task taskqueue._waiting_task) returns setof taskqueue.explanation
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  floor constant timestamptz := taskqueue._floor(queue.id);
  seen record;
  before bigint;
  rested double precision;
  missing double precision;
  turn timestamptz;
begin
  select q.enforced_rate, q.in_flight into seen from taskqueue.queues as q where q.name = queue.name;
  if seen.in_flight >= queue.max_concurrent_requests then
    return next row('concurrency', format('%s of queue %s are under way, as many as may be.', taskqueue._counted(seen.in_flight, 'request'), queue.name), null,
      format('select taskqueue.update_queue(%L, max_concurrent_requests => %s);', queue.name, least(5000, queue.max_concurrent_requests * 2)))::taskqueue.explanation;
  end if;
  select count(*) into before
  from (select from taskqueue._tasks as t
        where t.queue_id = queue.id and t.due >= floor and t.due <= task.due and (t.due < task.due or t.id < task.id)
          and t.leased_until <= now and not taskqueue._is_purged(t.id, queue.purged)
        order by t.due limit 10000) as others;
  rested := coalesce(extract(epoch from now - taskqueue._last_dispatch(queue.id)), 'infinity');
  missing := before + 1 - least(queue.bucket_size, rested * seen.enforced_rate);
  if missing > 0 and seen.enforced_rate > 0 then
    turn := now + make_interval(secs => missing / seen.enforced_rate);
    return next row('tokens', format('No token until about %s: %s before it, at %s.', taskqueue._said(turn),
        case when before >= 10000 then '10000 tasks and more are' when before = 1 then '1 task is' else before || ' tasks are' end, taskqueue._said_rate(queue, seen.enforced_rate)), turn,
      format('select taskqueue.update_queue(%L, rate => ...);', queue.name))::taskqueue.explanation;
  elsif seen.in_flight < queue.max_concurrent_requests then
    return next row('due', format('It is due since %s: a dispatcher sends it within moments.', taskqueue._said(task.due)), null, null)::taskqueue.explanation;
  end if;
end
$$;
