-- _apply_cron: creates or changes one entry as a cron file says. An entry that is the same stays; one that differs is
-- created again, and keeps only its last run.
--
-- Returns    what was changed
-- Raises     TQ001 unknown queue; what _build_task raises for its task
create or replace function taskqueue._apply_cron(wanted jsonb) returns taskqueue.cron_change[]
language plpgsql volatile as $$
declare
  cron constant text := wanted ->> 'name';
  queue record;
  found taskqueue._crons;
  changes taskqueue.cron_change[] := '{}';
begin
  queue := taskqueue._cron_queue(wanted);
  perform taskqueue._cron_task(queue.source, wanted);    -- only for what it raises
  if queue.made then
    changes := changes || (null, 'create', 'queue', null, (queue.source).name)::taskqueue.cron_change;
  end if;
  select * into found from taskqueue._crons as c where c.name = cron for update;
  if found.entry = wanted and found.queue = (queue.source).name then
    return changes;
  end if;
  delete from taskqueue._crons as c where c.id = found.id;
  insert into taskqueue._crons (name, entry, queue, since, last_run, last_queue_id, last_task_id, last_task, last_ended,
    last_result, last_status)
  values (cron, wanted, (queue.source).name, taskqueue._now(), found.last_run, found.last_queue_id, found.last_task_id,
    found.last_task, found.last_ended,
          found.last_result, found.last_status);
  perform taskqueue._audit(case when found.id is null then 'create'
    else 'change' end, 'cron ' || cron, found.entry, wanted);
  return changes || array(
    select (cron, case when found.id is null then 'create' else 'change' end, key, found.entry ->> key,
      wanted ->> key)::taskqueue.cron_change
    from jsonb_object_keys(coalesce(found.entry, '{}') || wanted) as key
    where key <> 'name' and (found.entry -> key) is distinct from (wanted -> key) order by key);
end
$$;
