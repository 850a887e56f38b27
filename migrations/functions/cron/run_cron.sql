-- Locks: the entry.
create or replace function taskqueue.run_cron(name text) returns taskqueue.task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  cron taskqueue._crons;
  task taskqueue._tasks;
begin
  select * into cron from taskqueue._crons as c where c.name = run_cron.name for update;
  if cron.id is null then
    perform taskqueue._raise('TQ014', format('there is no cron entry %s', left(run_cron.name, 120)),
      'List the entries: select name from taskqueue.crons;',
      jsonb_build_object('cron', left(run_cron.name, 120)));
  end if;
  task := taskqueue._add_cron_task(cron, cron.name || '-by-hand-' || gen_random_uuid(), null);
  perform taskqueue._audit('run', 'cron ' || cron.name, null, null);
  return row(cron.queue, task.name, task.due, task.created, false)::taskqueue.task;
end
$$;

comment on function taskqueue.run_cron is
$doc$Runs a cron entry now, in addition to its schedule.

Arguments:
- name: name of the entry, as in the view crons.

Returns the task that was added.

Raises: TQ001 its queue is gone; TQ014 unknown entry.

Example:
    select * from taskqueue.run_cron('summary');$doc$;
