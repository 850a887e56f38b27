-- _add_tombstones: the names of tasks that have ended, now or at a moment, become tombstones, or are free at once where
-- the queue keeps none. A name that another task has by now (a purged one's name can be free before its row is cleaned
-- away) is left alone: names and ids in the same order.
--
-- One by one, by the primary key: a join, planned while the table was small, would walk over all names of the queue
-- ever after. In the order of their hashes, as adds take names, and after the tasks' rows: whoever has locked a name
-- waits for no task that another has.
--
-- Arguments  forget  true: they are free at once
create or replace function taskqueue._add_tombstones(queue_id integer, names text[], ids bigint[],
  ended timestamptz default null, forget boolean default false)
returns void
language plpgsql volatile as $$
declare
  at constant timestamptz := coalesce(ended, taskqueue._now());
  ttl constant interval := (select q.tombstone_ttl from taskqueue._queues as q where q.id = queue_id);
  gone record;
begin
  for gone in select g.id, taskqueue._name_hash(g.name) as hash from unnest(names, ids) as g(name, id) order by 2 loop
    if ttl > interval '0' and not forget then
      update taskqueue._names as n set ended = at, expires = taskqueue._later(at, ttl)
      where n.queue_id = _add_tombstones.queue_id and n.name_hash = gone.hash and n.task_id = gone.id;
    else
      delete from taskqueue._names as n where n.queue_id = _add_tombstones.queue_id and n.name_hash = gone.hash
        and n.task_id = gone.id;
    end if;
  end loop;
end
$$;
