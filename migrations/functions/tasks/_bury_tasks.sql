-- _bury_tasks: moves tasks of one queue that are out of retries to the dead tasks, where they are kept for the queue's
-- dead_retention; their names become tombstones. The caller has locked their rows, and pins the plans.
--
-- The rows pass through no variable: a worker's lease buries tasks whose bodies the worker may not see, and a session
-- can have the values of variables printed (debug_print_plan).
--
-- Arguments  reason  why the last attempt failed
create or replace function taskqueue._bury_tasks(queue_id integer, ids bigint[], reason text) returns void
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  source record;
  buried record;
begin
  select q.dead_retention, q.on_dead is not null as notices into source from taskqueue._queues as q
  where q.id = _bury_tasks.queue_id;
  with gone as (delete from taskqueue._tasks as t where t.id = any (ids) returning t.*),
  dead as (
    insert into taskqueue._dead_tasks as d (
      id, due, created, queue_id, attempts, leased_until, lease_token, executions, last_status, retry_reason,
      first_attempt, method, url, target, namespace, dispatch_deadline, retry, headers, body_kind, tag, name, body,
      http, non_5xx_executions, last_scheduled, last_dispatched, last_answered, forced_runs,
      died, reason, expires, awaits_notice)
    select
      g.id, g.due, g.created, g.queue_id, g.attempts, g.leased_until, null, g.executions, g.last_status,
      g.retry_reason, g.first_attempt, g.method, g.url, g.target, g.namespace, g.dispatch_deadline, g.retry, g.headers,
      g.body_kind, g.tag, g.name, g.body, g.http, g.non_5xx_executions, g.last_scheduled, g.last_dispatched,
      g.last_answered, g.forced_runs, now, _bury_tasks.reason, taskqueue._later(now, source.dead_retention),
      source.notices and not coalesce(g.headers ? 'taskqueue-notice', false)
    from gone as g
    returning d.id, d.name)
  select array_agg(d.name) as names, array_agg(d.id) as ids into buried from dead as d where d.name is not null;
  if buried.names is not null then
    perform taskqueue._add_tombstones(queue_id, buried.names, buried.ids);
  end if;
end
$$;
