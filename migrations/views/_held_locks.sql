-- _held_locks: pgtaskqueue's advisory locks that sessions of this database hold, and whether each session is
-- authorized to (_grouped_locks).
create or replace view taskqueue._held_locks as
select c.lock, l.objid::bigint as key, l.mode = 'ExclusiveLock' as exclusive, c.pid, c.role, c.application_name,
  c.since, c.authorized
from pg_catalog.pg_locks as l
join taskqueue._grouped_locks as c on c.pid = l.pid and c.class = l.classid::bigint
where l.locktype = 'advisory' and l.objsubid = 2 and l.granted
  and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database());
