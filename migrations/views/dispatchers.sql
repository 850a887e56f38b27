create or replace view taskqueue.dispatchers as
select h.pid, h.application_name, h.since,
  coalesce(array_agg(q.name order by q.name) filter (where q.name is not null), '{}') as queues
from taskqueue._held_locks as h
left join taskqueue._queues as q on h.lock = 'leader' and h.exclusive and q.id = h.key and q.deleted_at is null
where h.authorized
group by h.pid, h.application_name, h.since
having bool_or(h.lock = 'dispatcher');

comment on view taskqueue.dispatchers is
  'One row per connected dispatcher, known by the session locks it holds; nothing is written for it.';
comment on column taskqueue.dispatchers.pid is 'Process id of its session in PostgreSQL.';
comment on column taskqueue.dispatchers.application_name is 'application_name of its session.';
comment on column taskqueue.dispatchers.since is 'When it connected.';
comment on column taskqueue.dispatchers.queues is
  'The queues it leads: it alone claims their tasks and raises their floors.';
