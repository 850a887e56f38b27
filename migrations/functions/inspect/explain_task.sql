create or replace function taskqueue.explain_task(queue text, name text) returns setof taskqueue.explanation
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  found constant bigint := taskqueue._find_task(source, name);
  task taskqueue._waiting_task;
  created timestamptz;
  under_way integer;
begin
  if found is null then
    return query
      select f.* from taskqueue._explain_ended(source, name) as e,
        lateral (select e.* union all
                 select l.* from taskqueue._explain_failure(source, explain_task.name,
                   (select d.target from taskqueue.dead_tasks as d
                     where d.queue = source.name and d.name = explain_task.name limit 1), null, null) as l
                 where e.reason = 'dead') as f;
    return;
  end if;
  select t.id, coalesce(t.name, taskqueue._name(t.id, t.created)), t.due, t.attempts, t.leased_until,
         taskqueue._leased_at(t.lease_token), t.last_status, t.retry_reason,
         case when t.http is null then coalesce(source.target, t.target) else coalesce(t.target, source.target) end,
         t.retry
  into task from taskqueue._tasks as t where t.id = found;
  select t.created, (t.leased_until > taskqueue._now() and t.lease_token is not null)::integer
  into created, under_way from taskqueue._tasks as t where t.id = found;
  return query
    select e.* from (select * from taskqueue._explain_queue(source)
                     union all select * from taskqueue._explain_wait(source, task)
                     union all select * from taskqueue._explain_failure(source, task.name, task.target, created,
                       task.attempts - under_way)
                     union all select * from taskqueue._explain_locks(source)) as e
    order by array_position(array['run_now', 'dispatched', 'leased'], e.reason),
             coalesce(e.until, case when e.reason in ('due', 'failed', 'leases', 'lock') then '-infinity'::timestamptz
               else 'infinity' end) desc,
             array_position(array['disabled', 'paused', 'rate', 'target', 'dispatcher', 'concurrency', 'slots',
               'overdue', 'due', 'failed', 'leases', 'lock'], e.reason);
end
$$;

comment on function taskqueue.explain_task is
$doc$Explains why a task has not run, or what happened to it. One row per reason, the decisive one first: the one that
ends last.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns explanation rows: reason (a word for programs), detail (a sentence), until (when the reason ends by itself, as
far as is known), remedy (a statement that changes it). Reasons:
- run_now: run_task was called for it; a dispatcher sends it whatever else applies.
- dispatched: a dispatcher holds it.
- leased: a worker holds it.
- disabled: its queue is disabled.
- paused: its queue is paused.
- rate: its queue dispatches nothing.
- eta: its time has not come.
- back_off: it failed and waits for its retry.
- target: its target is unknown.
- dispatcher: no dispatcher leads its queue.
- concurrency: as many requests are in flight as allowed.
- slots: its dispatcher has no slot for it.
- overdue: its leader has not claimed it, and nothing explains that.
- tokens: other tasks come before it at the queue's rate.
- due: nothing keeps it from running.
- failed: how its last attempt failed, when, and which dispatcher called which URL; the handler's words only for roles
  that may read payloads.
- leases: some leases of a pull task ended without a word.
- lock: an unauthorized session holds an advisory lock of pgtaskqueue, which slows it down.
- dead: it ran out of retries, or failed for good.
- purged: a purge removed it.
- ended: it has ended, and its name can't be reused yet.
- gone: a generated name whose task has ended, or was never committed.
- unknown: there never was such a task, as far as is known.

Raises: TQ001 unknown queue.

Example:
    select reason, detail, remedy from taskqueue.explain_task('mail', 'receipt-7');$doc$;
