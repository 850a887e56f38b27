-- _entomb: the names of tasks that have ended, now or at a moment, become tombstones, or are free at once where the queue keeps none. A name that
-- another task has by now (a purged one's name can be free before its row is cleaned away) is left alone: names and ids in the same order.
--
-- One by one, by the primary key: a join, planned while the table was small, would walk over all names of the queue ever after.
create or replace function taskqueue._entomb(queue_id integer, names text[], ids bigint[], ended timestamptz default null) returns void
language plpgsql volatile as $$
declare
  at constant timestamptz := coalesce(ended, taskqueue._now());
  ttl constant interval := (select q.tombstone_ttl from taskqueue._queues as q where q.id = queue_id);
begin
  for i in 1 .. coalesce(cardinality(names), 0) loop
    if ttl > interval '0' then
      update taskqueue._names as n set ended = at, expires = taskqueue._later(at, ttl)
      where n.queue_id = _entomb.queue_id and n.name_hash = taskqueue._name_hash(names[i]) and n.task_id = ids[i];
    else
      delete from taskqueue._names as n
      where n.queue_id = _entomb.queue_id and n.name_hash = taskqueue._name_hash(names[i]) and n.task_id = ids[i];
    end if;
  end loop;
end
$$;
