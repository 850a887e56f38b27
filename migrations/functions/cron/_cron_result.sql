-- _cron_result: how the last run of an entry ended: succeeded (its task is gone) or failed (it is among the dead
-- tasks). All null: it has not ended, or there was none.
create or replace function taskqueue._cron_result(cron taskqueue._crons, now timestamptz, out result text,
  out status integer, out ended timestamptz)
language plpgsql stable as $$
begin
  if cron.last_task_id is null or exists (select from taskqueue._tasks as t where t.id = cron.last_task_id) then
    return;
  end if;
  select 'failed', d.last_status, d.died into result, status, ended from taskqueue._dead_tasks as d
    where d.id = cron.last_task_id;
  if result is null then
    result := 'succeeded';
    ended := coalesce((select n.ended from taskqueue._names as n
                       where n.queue_id = cron.last_queue_id and n.name_hash = taskqueue._name_hash(cron.last_task)
                         and n.task_id = cron.last_task_id), now);
  end if;
end
$$;
