-- dispatchers: one row a connected dispatcher, known by the session locks it holds; nothing is written for it.
create or replace view taskqueue.dispatchers as
select a.pid, a.application_name, a.backend_start as since,
       array(select q.name from pg_catalog.pg_locks as held
             join taskqueue._queues as q on q.id = held.objid::bigint
             where held.locktype = 'advisory' and held.database = present.database and held.classid = 8123001 and held.objsubid = 2
               and held.granted and held.pid = present.pid
             order by q.name) as queues
from pg_catalog.pg_locks as present
join pg_catalog.pg_stat_activity as a on a.pid = present.pid
where present.locktype = 'advisory' and present.classid = 8123003 and present.objid = 0 and present.objsubid = 2 and present.granted
  and present.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database());

comment on view taskqueue.dispatchers is 'One row a connected dispatcher, known by the session locks it holds.';
comment on column taskqueue.dispatchers.queues is 'The queues that it leads: it alone claims their tasks, and raises their floors.';
comment on column taskqueue.dispatchers.pid is 'Process of its session in PostgreSQL.';
comment on column taskqueue.dispatchers.application_name is 'What its session is called.';
comment on column taskqueue.dispatchers.since is 'Since when it is connected.';
