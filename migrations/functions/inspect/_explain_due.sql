-- _explain_due: what keeps a due push task from running: concurrency, slots, its leader, tokens, or nothing. The token
-- bucket is in the dispatcher's memory; what it contains at least follows from how long the queue has rested, as for a
-- new leader.
create or replace function taskqueue._explain_due(queue taskqueue._queues,
  task taskqueue._waiting_task) returns setof taskqueue.explanation
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  floor constant timestamptz := taskqueue._floor(queue.id);
  seen record;
  noted taskqueue._blockers;
  leader record;
  idle_since timestamptz;
  claimers constant integer[] := taskqueue._claimers(queue.id, floor);
  held bigint;
  before bigint;
  rested double precision;
  missing double precision;
  turn timestamptz;
  dispatches boolean;   -- nothing but its own pace keeps the queue from dispatching
begin
  select q.enforced_rate into seen from taskqueue.queues as q where q.name = queue.name;
  select * into noted from taskqueue._blocker(queue.id);
  -- Tasks of a dispatcher that is gone count for as long as the leader says: it knows when it noticed.
  select count(*) into held from unnest(claimers) as c(claimer)
  where noted.kind = 'requests' or c.claimer = 0
    or c.claimer = any (array(select l.key::integer from taskqueue._held_locks as l
    where l.lock = 'claimer' and l.authorized));
  if held >= queue.max_concurrent_requests then
    return next row('concurrency',
      format('%s of queue %s in flight, as many as allowed%s.', taskqueue._plural(held, 'request'), queue.name,
        coalesce(': ' || taskqueue._show_claimers(claimers), '')), null,
      format('select taskqueue.update_queue(%L, max_concurrent_requests => %s);', queue.name,
        least(5000, queue.max_concurrent_requests * 2)))::taskqueue.explanation;
  end if;
  if noted.kind = 'slots' then
    return next row('slots',
      format('No slot: the dispatcher has as many requests in flight as it may; '
        '%s of them waiting for target %s since %s.',
      noted.waiting, noted.target, taskqueue._show_time(noted.since)), null,
      format('Check why that target does not respond, shorten the dispatch_deadline of its tasks, '
        'or limit it: select taskqueue.set_target(%L, ..., max_concurrent => ...);',
        noted.target))::taskqueue.explanation;
    return;
  elsif noted.kind = 'target' then
    return next row('concurrency',
      format('Target %s has had as many requests in flight as it may since %s; '
        'waiting for a slot there: %s of queue %s.',
        noted.target, taskqueue._show_time(noted.since),
        taskqueue._plural(noted.waiting, 'task'), queue.name), null,
      format('select taskqueue.set_target(%L, ..., max_concurrent => ...);', noted.target))::taskqueue.explanation;
    return;
  end if;
  select d.pid, d.since into leader from taskqueue.dispatchers as d where queue.name = any (d.queues);
  dispatches := leader.pid is not null and taskqueue._state(queue) = 'running' and queue.bucket_size > 0
    and seen.enforced_rate > 0;
  idle_since := taskqueue._idle_since(queue, task.due, leader.since, seen.enforced_rate);
  if dispatches and idle_since is not null then
    return next row('overdue',
      format('It has been due since %s, and its leader, the dispatcher of session %s, has claimed nothing of queue %s '
        'since %s: longer than a rate of %s explains.',
        taskqueue._show_time(task.due), leader.pid, queue.name, taskqueue._show_time(idle_since),
          taskqueue._show_rate(queue, seen.enforced_rate)), null,
      format('Check its log; to have another dispatcher take over: select pg_terminate_backend(%s);',
        leader.pid))::taskqueue.explanation;
    return;
  end if;
  select count(*) into before
  from (select from taskqueue._tasks as t
        where t.queue_id = queue.id and t.due >= floor and t.due <= task.due and (t.due < task.due or t.id < task.id)
          and t.leased_until <= now and not taskqueue._is_purged(t.id, queue.purged)
        order by t.due limit 10000) as others;
  rested := coalesce(extract(epoch from now - taskqueue._last_dispatch(queue.id)), 'infinity');
  missing := before + 1 - least(queue.bucket_size, rested * seen.enforced_rate);
  if dispatches and missing > 0 then
    turn := now + make_interval(secs => missing / seen.enforced_rate);
    return next row('tokens',
      format('No token until about %s: %s before it, at a rate of %s.', taskqueue._show_time(turn),
        case when before >= 10000 then '10000 tasks or more are' when before = 1 then '1 task is'
          else before || ' tasks are' end, taskqueue._show_rate(queue, seen.enforced_rate)), turn,
      format('select taskqueue.update_queue(%L, rate => ...);', queue.name))::taskqueue.explanation;
  else
    return next row('due',
      format('It has been due since %s: %s.', taskqueue._show_time(task.due),
        case when dispatches then 'a dispatcher sends it within moments'
          else 'nothing about the task itself keeps it from running' end),
      null, null)::taskqueue.explanation;
  end if;
end
$$;
