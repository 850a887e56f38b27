-- Everything is read in one snapshot except the floors, which have none: a task counts as below its floor when two
-- reads, one after the other, find it there.
create or replace function taskqueue.verify() returns setof taskqueue.problem
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  below bigint[];
  since timestamptz[];
begin
  if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
    select array_agg(t.id), array_agg(t.due) into below, since
    from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id and q.deleted_at is null
    where not taskqueue._is_purged(t.id, q.purged)
      and case when to_regclass('taskqueue._floor_' || q.id) is not null then t.due < taskqueue._floor(q.id) end;
  else
    raise warning 'floors are only checked in a READ COMMITTED transaction';
  end if;
  return query
    with live as materialized (
      select t.id, t.name, t.queue_id, t.due, t.created, t.leased_until, q.name as queue
      from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id and q.deleted_at is null
      where not taskqueue._is_purged(t.id, q.purged)
    ), listed as materialized (
      select q.name, q.tasks from taskqueue.queues as q
    )
    select 'a task belongs to a live queue', q.name,
      format('%s of a queue that %s', taskqueue._plural(count(*), 'task'),
             case when q.id is null then 'never existed' else 'was deleted' end)
    from taskqueue._tasks as t left join taskqueue._queues as q on q.id = t.queue_id
    where q.id is null or q.deleted_at is not null and q.purged is null group by q.id, q.name
    union all
    select 'a given name has its task', q.name, format('name %L is in use by a task that does not exist', n.name)
    from taskqueue._names as n join taskqueue._queues as q on q.id = n.queue_id and q.deleted_at is null
    where n.expires is null and not taskqueue._is_purged(n.task_id, q.purged)
      and not exists (select from taskqueue._tasks as t where t.id = n.task_id)
    union all
    select 'a task has its name', l.queue,
      format('task %L has lost its name to %s', l.name, coalesce('task id ' || n.task_id, 'no task'))
    from live as l left join taskqueue._names as n on n.queue_id = l.queue_id
      and n.name_hash = taskqueue._name_hash(l.name)
    where l.name is not null and (n.task_id is distinct from l.id or n.expires is not null)
    union all
    select 'the floor is below every live task', l.queue,
      format('the floor is at %s, %s below it, the first at %s', taskqueue._floor(l.queue_id),
             taskqueue._plural(count(*), 'task'), min(l.due))
    from live as l join unnest(below, since) as found(id, due) on found.id = l.id and found.due = l.due
      group by l.queue_id, l.queue
    union all
    select 'a lease ends within eight days', l.queue,
      format('task %L is leased until %s', coalesce(l.name, taskqueue._name(l.id, l.created)), l.leased_until)
    from live as l where l.leased_until > taskqueue._now() + taskqueue._longest_lease()
    union all
    select 'an id is that of a past transaction', l.queue,
           format('task %L has id %s, which no transaction has had yet: it came from another database. '
             'To make new tasks get later ids, run: pgtaskqueue migrate --new-identity',
             coalesce(l.name, taskqueue._name(l.id, l.created)), l.id)
    from live as l
      where l.id / 128 >= (taskqueue._epoch() << 43) + pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    union all
    select 'a dead task is not alive', q.name, format('task id %s is both', d.id)
    from taskqueue._dead_tasks as d join taskqueue._queues as q on q.id = d.queue_id
      join taskqueue._tasks as t on t.id = d.id
    union all
    select 'what is kept belongs to a live queue', null, format('%s: rows of queue id %s', kept.what, kept.queue_id)
    from (select 'names' as what, n.queue_id from taskqueue._names as n group by n.queue_id
          union all select 'dead tasks', d.queue_id from taskqueue._dead_tasks as d group by d.queue_id
          union all select 'forced runs', f.queue_id from taskqueue._forced_runs as f group by f.queue_id
          union all select 'exported tasks', b.queue_id from taskqueue._exported_batches as b
            group by b.queue_id) as kept
    where not exists (select from taskqueue._queues as q where q.id = kept.queue_id
        and (q.deleted_at is null or q.purged is not null))
    union all
    select 'a live queue has a floor', q.name, format('sequence taskqueue._floor_%s is missing', q.id)
    from taskqueue._queues as q
    where q.deleted_at is null
      and not exists (select from pg_class as c where c.relnamespace = 'taskqueue'::regnamespace and c.relkind = 'S'
      and c.relname = '_floor_' || q.id)
    union all
    select 'a floor has a live queue', null, format('sequence taskqueue.%s is left over', c.relname)
    from pg_class as c
    where c.relnamespace = 'taskqueue'::regnamespace and c.relkind = 'S' and c.relname ~ '^_floor_[0-9]+$'
      and not exists (select from taskqueue._queues as q where '_floor_' || q.id = c.relname
        and (q.deleted_at is null or q.purged is not null))
    union all
    select 'counts match', l.queue,
      format('%s, but the view queues shows %s', taskqueue._plural(count(*), 'task'), max(shown.tasks))
    from live as l join listed as shown on shown.name = l.queue
    group by l.queue   -- the view counts from the floor as it was then
    having count(*) <= 100
      and max(shown.tasks) not between count(*) filter (where l.due >= taskqueue._floor(l.queue_id)) and count(*);
end
$$;

comment on function taskqueue.verify is
$doc$Checks the invariants of the stored data. It reads all of it: run it at a quiet hour, not from a monitor.

Returns problem rows: the invariant that doesn't hold, the queue, and what is wrong; none: all is well. In a transaction
with one snapshot (REPEATABLE READ or above) it warns that floors are not checked.

Example:
    select * from taskqueue.verify();$doc$;
