-- explain_task: why a task has not run, or what has become of it. One row a reason, the decisive one first: the one
-- that ends last.
--
-- Returns    explanation rows; reason is one of
--              run_now      asked for by run_task: a dispatcher sends it whatever else there is
--              dispatched   a dispatcher holds it           leased       a worker holds it
--              disabled     its queue is                    paused       its queue is
--              rate         its queue dispatches nothing    eta          its time has not come
--              back_off     it failed and waits             target       its target is unknown
--              dispatcher   nobody leads its queue          concurrency  as many are under way as may be
--              slots        its dispatcher has no slot for it   overdue      its leader has not claimed it, and nothing
--                           explains that
--              tokens       others are before it            due          nothing keeps it
--              lock         a session without the right to it holds an advisory lock of ours: slower, no more
--              dead         it ran out of retries           purged       a purge removed it
--              ended        it has ended, its name rests    gone         a generated name whose task is not here any
--                           more, or was rolled back
--              unknown      there never was such a task, as far as is known
-- Raises     TQ001 unknown queue
-- Example    select reason, detail, remedy from taskqueue.explain_task('mail', 'receipt-7');
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
begin
  if found is null then
    return next taskqueue._explain_ended(source, name);
    return;
  end if;
  select t.id, coalesce(t.name, taskqueue._name(t.id, t.created)), t.due, t.attempts, t.leased_until,
         taskqueue._leased_at(t.lease_token), t.last_status, t.retry_reason, t.target, t.retry
  into task from taskqueue._tasks as t where t.id = found;
  return query
    select e.* from (select * from taskqueue._explain_queue(source)
                     union all select * from taskqueue._explain_wait(source, task)
                     union all select * from taskqueue._explain_locks(source)) as e
    order by array_position(array['run_now', 'dispatched', 'leased'], e.reason),
             coalesce(e.until, case when e.reason in ('due', 'lock') then '-infinity'::timestamptz
               else 'infinity' end) desc,
             array_position(array['disabled', 'paused', 'rate', 'target', 'dispatcher', 'concurrency', 'slots',
               'overdue', 'due', 'lock'], e.reason);
end
$$;

comment on function taskqueue.explain_task is
  'Why a task has not run, or what has become of it. One row a reason, the decisive one first.';
