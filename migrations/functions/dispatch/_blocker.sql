-- _blocker: what the leader of a queue last recorded as keeping it from claiming; no row when nothing does, or when
-- another dispatcher leads the queue now.
create or replace function taskqueue._blocker(queue_id integer) returns setof taskqueue._blockers
language sql stable as $$
  select n.*
  from (select h.* from taskqueue._blockers as h where h.queue_id = _blocker.queue_id order by h.at desc limit 1) as n
  where n.kind is not null
    and exists (select from taskqueue._held_locks as l join taskqueue._held_locks as c on c.pid = l.pid
                where l.lock = 'leader' and l.key = n.queue_id and l.exclusive and l.authorized and c.lock = 'claimer'
                  and c.key::integer = n.claimer)
$$;
