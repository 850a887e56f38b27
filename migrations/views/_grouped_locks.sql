-- _grouped_locks: per session of this database and kind of our advisory locks, how many it holds, and whether it is
-- authorized to.
--
-- Everyone who may connect can take any advisory lock, so a lock alone proves nothing: it counts only if the role of
-- its session, or a role it may become, may do what the lock is for. A session that adds or leases through an
-- application's own function has no such right, and is recognized by the lock on the table of tasks that its
-- transaction holds. A dispatcher may hold ten thousand locks: they are counted first, and rights are checked once per
-- session.
create or replace view taskqueue._grouped_locks as
with kinds as (
  select taskqueue._lock_class(k.lock) as class, k.lock, k.acts
  from (values
    ('leader', array['claim_tasks']),
    ('bell', array['claim_tasks', 'begin_wait', 'add', 'add_tasks', 'modify_task_lease', 'requeue_task', 'fire_cron']),
    ('dispatcher', array['claim_tasks']),
    ('floor', array['lease_tasks', 'lease_tasks_by_tag']),
    ('waiting', array['begin_wait']),
    ('claimer', array['claim_tasks'])
  ) as k(lock, acts)
), locked as materialized (
  select l.pid, l.classid::bigint as class, count(*) as locks,
    count(*) filter (where l.mode = 'ExclusiveLock') as exclusive
  from pg_catalog.pg_locks as l
  where l.granted and l.pid is not null
    and l.database = (select d.oid from pg_catalog.pg_database as d where d.datname = pg_catalog.current_database())
    and (l.locktype = 'advisory' and l.objsubid = 2 and l.classid::bigint in (select k.class from kinds as k)
         or l.locktype = 'relation' and l.relation = 'taskqueue._tasks'::regclass)
  group by l.pid, l.classid
)
select a.pid, k.class, k.lock, c.locks, c.exclusive, a.usename::text as role, a.application_name,
  a.backend_start as since,
       exists (select from locked as t where t.class is null and t.pid = a.pid)   -- the table has no class
       or exists (
         select from pg_catalog.pg_proc as p
         where p.pronamespace = 'taskqueue'::regnamespace and p.proname::text = any (k.acts)
           and (pg_catalog.has_function_privilege(a.usesysid, p.oid, 'execute')
                or exists (select from pg_catalog.pg_roles as r
                    where pg_catalog.pg_has_role(a.usesysid, r.oid, 'member')
                           and pg_catalog.has_function_privilege(r.oid, p.oid, 'execute')))) as authorized
from locked as c
join kinds as k on k.class = c.class
join pg_catalog.pg_stat_activity as a on a.pid = c.pid;
