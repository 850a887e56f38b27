create or replace view taskqueue.locks as
select h.lock, q.name as queue, h.exclusive, h.pid, h.role, h.application_name, h.since, h.authorized
from taskqueue._held_locks as h
left join taskqueue._queues as q on h.lock in ('leader', 'bell', 'waiting') and q.id = h.key and q.deleted_at is null;

comment on view taskqueue.locks is 'One row per advisory lock of pgtaskqueue that a session of this database holds.';
comment on column taskqueue.locks.lock is
  'leader (of a queue), bell (the doorbell of a queue: a dispatcher or worker sleeps, or a transaction adds), '
  'dispatcher (one is connected), floor (a lease call raises one), waiting (a worker waits for a queue), '
  'claimer (a dispatcher''s number: its requests may be in flight).';
comment on column taskqueue.locks.queue is 'The queue it is for; null: for none, or for one that is gone.';
comment on column taskqueue.locks.exclusive is 'Whether only one session at a time can hold it like this.';
comment on column taskqueue.locks.pid is 'Process id of the session in PostgreSQL.';
comment on column taskqueue.locks.role is 'Login role of the session.';
comment on column taskqueue.locks.application_name is 'application_name of the session.';
comment on column taskqueue.locks.since is 'When it connected; null: the reader may not see it.';
comment on column taskqueue.locks.authorized is
  'Whether its role may do what the lock is for. A lock of an unauthorized session is ignored, but slows things '
  'down: end the session.';
