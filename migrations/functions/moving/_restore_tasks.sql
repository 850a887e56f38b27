-- _restore_tasks: adds tasks that were taken out of a queue, of this database or another, and wakes whoever waits for
-- them. A task whose name is in use becomes a dead task: so none is lost. Needs the plans that its callers pin.
--
-- due is computed inside the insert, as in _insert_tasks.
create or replace function taskqueue._restore_tasks(target taskqueue._queues, tasks jsonb, first_id bigint,
  out added integer, out dead integer)
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  live taskqueue._tasks[];
begin
  live := array(
    select r from jsonb_array_elements(tasks) with ordinality as e(task, position),
      jsonb_populate_record(null::taskqueue._tasks, e.task || jsonb_build_object('id', first_id + e.position - 1,
        'queue_id', target.id, 'leased_until', '-infinity', 'attempts', coalesce(e.task -> 'attempts', '0'))) as r
    where not e.task ? 'died' order by e.position);
  perform taskqueue._insert_names(target, array(select distinct on (l.name) l from unnest(live) as l order by l.name));
  insert into taskqueue._tasks
  select r.* from unnest(live) as l, jsonb_populate_record(l, jsonb_build_object('due',
    greatest(l.due, taskqueue._now()))) as r
  where l.id = (select n.task_id from taskqueue._names as n
                where n.queue_id = target.id and n.name_hash = taskqueue._name_hash(l.name));
  get diagnostics added = row_count;
  insert into taskqueue._dead_tasks
  select r.* from jsonb_array_elements(tasks) with ordinality as e(task, position),
    jsonb_populate_record(null::taskqueue._dead_tasks, case when e.task ? 'died' then '{}' else jsonb_build_object(
      'died', now, 'reason', 'Name In Use', 'expires', taskqueue._later(now, target.dead_retention)) end
      || e.task || jsonb_build_object('id', first_id + e.position - 1, 'queue_id', target.id,
      'leased_until', '-infinity', 'attempts', coalesce(e.task -> 'attempts', '0'))) as r
  where not exists (select from taskqueue._tasks as t where t.id = first_id + e.position - 1);
  get diagnostics dead = row_count;
  insert into taskqueue._deferred_payload as d (id, task_id, queue_id, created, checked_at, data)
  select (e.task #>> '{deferred,id}')::uuid, first_id + e.position - 1, target.id,
    (e.task #>> '{deferred,created}')::timestamptz, now, (e.task #>> '{deferred,data}')::bytea
  from jsonb_array_elements(tasks) with ordinality as e(task, position) where e.task ? 'deferred'
  on conflict (id) do nothing;   -- a copy of the other database has it already
  if added > 0 then
    perform taskqueue._wake(target.id, target.name);
  end if;
end
$$;
