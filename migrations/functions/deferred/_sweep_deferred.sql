-- _sweep_deferred: removes the deferred payloads of a queue whose task is neither live nor dead and that were last
-- checked at least an hour ago, up to a thousand. Returns their number.
--
-- It has two steps, because a requeued task gets another id: a row that was locked until the requeue committed then
-- names an id that an earlier snapshot would not find.
create or replace function taskqueue._sweep_deferred(source taskqueue._queues) returns bigint
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  looked constant uuid[] := array(
    select p.id from taskqueue._deferred_payload as p
    where p.queue_id = source.id and p.checked_at <= now - interval '3600 seconds' order by p.checked_at limit 1000
      for update skip locked);
  removed bigint;
begin
  if cardinality(looked) = 0 then
    return 0;
  end if;
  delete from taskqueue._deferred_payload as p
  where p.id = any (looked)
    and not exists (select from taskqueue._tasks as t where t.id = p.task_id
        and not taskqueue._is_purged(t.id, source.purged))
    and not exists (select from taskqueue._dead_tasks as d where d.id = p.task_id);
  get diagnostics removed = row_count;
  update taskqueue._deferred_payload as p set checked_at = now where p.id = any (looked);
  return removed;
end
$$;
