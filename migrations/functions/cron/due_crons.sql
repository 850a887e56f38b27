create or replace function taskqueue.due_crons()
returns table (id bigint, schedule text, timezone text, since timestamptz, next_run timestamptz, active boolean,
  now timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
#variable_conflict use_column
declare
  at constant timestamptz := taskqueue._now();
begin
  update taskqueue._crons as c
  set last_ended = run.ended, last_result = run.result, last_status = run.status, since = case
    when c.next_run is null then greatest(c.since, run.ended) else c.since end
  from taskqueue._crons as o, lateral taskqueue._cron_result(o, at) as run
  where o.id = c.id and c.last_task_id = o.last_task_id and c.last_ended is null and run.result is not null;
  return query
    select c.id, c.entry ->> 'schedule', c.entry ->> 'timezone', c.since, c.next_run, c.last_task_id is not null
      and c.last_ended is null, at
    from taskqueue._crons as c
    where c.next_run is null or c.next_run <= at + interval '5 seconds'
    order by c.id;
end
$$;

comment on function taskqueue.due_crons is
$doc$For the scheduler: records which runs have ended and how, and returns the entries that need something: those that
are due within five seconds, and those whose next run is not computed yet.

Returns one row per entry: id, schedule, timezone, since, next_run (null: to be computed from since), active (the last
run has not ended), now.

Example:
    select * from taskqueue.due_crons();$doc$;
