-- _add_tombstones: turns the names of tasks that have ended, now or at a given moment, into tombstones, or frees them
-- immediately if the queue keeps none. A name that another task has by now is left alone (a purged task's name can be
-- free before its row is cleaned away). Names and ids are in the same order.
--
-- One by one, by the primary key: a join, planned while the table was small, would scan all names of the queue ever
-- after. In the order of their hashes, as adds take names, and after the tasks' rows: a session that has locked a name
-- never waits for a task that another has.
--
-- Arguments  forget  true: the names are free immediately
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
