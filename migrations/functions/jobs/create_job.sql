create or replace function taskqueue.create_job(queue text, act text, tasks bigint, filter jsonb default null,
  names text[] default null) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  now constant timestamptz := taskqueue._now();
  live constant boolean := act in ('run', 'delete');
  problem text;
  created_id bigint;
begin
  problem := case
    when act is null or act not in ('run', 'delete', 'requeue', 'delete_dead')
      then format('act must be run, delete, requeue or delete_dead, got %s', coalesce(left(act, 120), 'null'))
    when tasks is null or tasks < 1 then format('tasks must be 1 or more, got %s', coalesce(tasks::text, 'null'))
    when filter is not null and names is not null then 'a job must have a filter or names, got both'
    when live and filter is null and names is null then 'a job on live tasks must have a filter or names, got neither'
    when not live and filter is not null then 'a job on dead tasks must have no filter, got one'
  end;
  if problem is not null then
    perform taskqueue._raise('TQ013', problem, 'See the comment of the function.');
  elsif act = 'run' and source.mode <> 'push' then
    perform taskqueue._raise('TQ021', format('queue %s is a pull queue: its tasks are leased and can''t be run', queue),
      'Lease them instead: select * from taskqueue.lease_tasks(...);',
      jsonb_build_object('queue', queue, 'mode', source.mode));
  end if;
  if filter is not null then
    perform taskqueue._check_filter(filter);
  end if;
  perform taskqueue._check_names_count(names);
  delete from taskqueue._jobs as j where j.id = any (array(
    select e.id from taskqueue._jobs as e where e.id > 0 and e.ended < taskqueue._later(now, interval '-30 days')
    order by e.id limit 10 for update skip locked));
  insert into taskqueue._jobs as j (queue_id, queue, act, filter, names, tasks, actor, reason, request_id, created,
    advanced)
  values (source.id, source.name, create_job.act, create_job.filter, create_job.names, create_job.tasks,
    left(nullif(current_setting('taskqueue.actor', true), ''), 200),
    left(nullif(current_setting('taskqueue.reason', true), ''), 500),
    left(nullif(current_setting('taskqueue.request_id', true), ''), 200), now, now)
  returning j.id into created_id;
  return created_id;
end
$$;

comment on function taskqueue.create_job is
$doc$Begins an act on many tasks of a queue. A server does it in chunks of at most 100 tasks, each in a transaction of
its own; another server continues when it dies. The act is recorded in the audit when it ends, with its counts.

Arguments:
- queue: name of a queue.
- act: run or delete, for live tasks; requeue or delete_dead, for dead ones.
- tasks: how many at most: as many as were counted before.
- filter: which live tasks, as for find_tasks; each is checked again when its turn comes.
- names: names of at most 1000 tasks, instead of a filter. Neither: all tasks that are dead now.

Returns the job's id: the view jobs shows how far it is. Jobs are kept for 30 days.

Raises: TQ001 unknown queue; TQ013 invalid arguments; TQ018 more than 1000 names; TQ021 run for a pull queue.

Example:
    select taskqueue.create_job('mail', 'delete', 41, filter => '{"state": "retrying"}');$doc$;
