-- Locks: the job's row, then those of the tasks, by their ids, and of their names. Tasks that others have locked are
-- skipped.
create or replace function taskqueue.advance_job(id bigint default null) returns table (job bigint, running boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  rests constant timestamptz := taskqueue._now() - interval '5 seconds';
  source taskqueue._queues;
  found taskqueue._jobs;
  step record;
  more boolean;
begin
  if advance_job.id is null then
    select * into found from taskqueue._jobs as j where j.state = 'running' and j.advanced <= rests
    order by j.advanced limit 1 for update skip locked;
  else
    select * into found from taskqueue._jobs as j where j.id = advance_job.id and j.state = 'running'
    for update skip locked;
  end if;
  if found.id is null then
    return;
  end if;
  select * into source from taskqueue._queues as q where q.id = found.queue_id and q.deleted_at is null;
  if source.id is null then
    perform taskqueue._end_job(found, 'failed', 'its queue was deleted');
    return query select found.id, false;
    return;
  end if;
  if found.act in ('run', 'delete') then
    step := taskqueue._advance_live(source, found);
  else
    step := taskqueue._advance_dead(source, found);
  end if;
  found := step.job;
  more := step.more;
  if more and found.done < found.tasks then
    update taskqueue._jobs as j set (position, done, skipped, looked_at, advanced)
      = (found.position, found.done, found.skipped, found.looked_at, taskqueue._now())
    where j.id = found.id;
  else
    more := false;
    perform taskqueue._end_job(found, 'done');
  end if;
  return query select found.id, more;
end
$$;

comment on function taskqueue.advance_job is
$doc$For servers: does the next chunk of a job, at most 100 tasks. A server calls it for the jobs that were created
there, until they have ended, and now and then for those that another server has left.

Arguments:
- id: the job; null: any that has rested for five seconds.

Returns one row: job (its id), running (false: that was the last chunk). No row: there is nothing to do, or another
server does it.

Example:
    select job, running from taskqueue.advance_job(17);$doc$;
