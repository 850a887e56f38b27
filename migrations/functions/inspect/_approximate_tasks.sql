-- _approximate_tasks: how many tasks a queue has: exact up to `most`, an estimate beyond. Needs the plans that its
-- callers pin.
create or replace function taskqueue._approximate_tasks(queue_id integer, most integer) returns bigint
language plpgsql stable as $$
declare
  purged constant pg_snapshot := (select q.purged from taskqueue._queues as q where q.id = queue_id);
  counted bigint := taskqueue._count_tasks(queue_id, most, taskqueue._floor(queue_id), purged);
begin
  if counted > most then
    counted := greatest(counted, (select e.tasks from taskqueue._task_estimates() as e
                                  where e.queue_id = _approximate_tasks.queue_id or e.queue_id is null
                                    order by e.queue_id nulls last limit 1));
  end if;
  return counted;
end
$$;
