-- locks: one row an advisory lock of ours that a session of this database holds.
create or replace view taskqueue.locks as
select h.lock, q.name as queue, h.exclusive, h.pid, h.role, h.application_name, h.since, h.authorized
from taskqueue._held_locks as h
left join taskqueue._queues as q on h.lock in ('leader', 'bell', 'waiting') and q.id = h.key and q.deleted_at is null;

comment on view taskqueue.locks is 'One row an advisory lock of ours that a session of this database holds.';
comment on column taskqueue.locks.lock is
  'leader (of a queue), bell (of a queue: a dispatcher or worker sleeps, or a transaction adds), dispatcher (one is '
  'connected), floor (a lease call raises one), waiting (a worker waits for a queue), claimer (a dispatcher''s '
  'number: its requests may be under way).';
comment on column taskqueue.locks.queue is 'Which queue it is for; null: for none, or for one that is gone.';
comment on column taskqueue.locks.exclusive is 'Only one session at a time can hold it so.';
comment on column taskqueue.locks.pid is 'Process of the session in PostgreSQL.';
comment on column taskqueue.locks.role is 'Whom the session is logged in as.';
comment on column taskqueue.locks.application_name is 'What the session is called.';
comment on column taskqueue.locks.since is 'Since when it is connected; null: the reader may not see it.';
comment on column taskqueue.locks.authorized is
  'Its role may do what the lock is for. One that is not disturbs, and counts for nothing: end the session.';
