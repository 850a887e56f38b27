-- _measure_storage: measures how many bytes the tasks take, and how many there are if that is limited, without purged
-- ones, and stores the result. A table of up to 32768 pages is read whole; of a larger one 2048 stretches of 8 pages,
-- evenly spread, which is accurate to half a percent. So it takes less than a second, however many tasks there are.
create or replace function taskqueue._measure_storage() returns void
language plpgsql volatile as $$
declare
  deferred constant bigint := (
    select coalesce(sum(octet_length(p.data)), 0)
    from taskqueue._deferred_payload as p join taskqueue._queues as q on q.id = p.queue_id
    where q.deleted_at is null
      and (not taskqueue._is_purged(p.task_id, q.purged)
        or exists (select from taskqueue._dead_tasks as d where d.id = p.task_id)));
begin
  perform setval('taskqueue._storage_bytes', deferred + taskqueue._sampled_bytes(2048, 8));
  if exists (select from taskqueue._settings as s where s.name = 'max_tasks') then
    perform setval('taskqueue._stored_tasks',
      coalesce((select sum(taskqueue._approximate_tasks(q.id, 10000)) from taskqueue._queues as q
      where q.deleted_at is null), 0)::bigint);
  end if;
end
$$;
