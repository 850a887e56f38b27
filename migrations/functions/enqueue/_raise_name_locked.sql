-- _raise_name_locked: says that another transaction is adding a name and doesn't end. Names the sessions it may be:
-- those that have changed names in transactions that are still open.
--
-- Raises TQ002.
create or replace function taskqueue._raise_name_locked(queue text, tasks taskqueue._tasks[]) returns void
language plpgsql volatile as $$
declare
  names constant text[] := array(select t.name from unnest(tasks) as t where t.name is not null limit 5);
  sessions constant integer[] := array(
    select l.pid from pg_locks as l
    where l.locktype = 'relation' and l.relation = 'taskqueue._names'::regclass and l.mode = 'RowExclusiveLock'
      and l.pid <> pg_backend_pid()
      and l.database = (select d.oid from pg_database as d where d.datname = current_database())
    order by l.pid);
begin
  perform taskqueue._raise('TQ002',
    format('another transaction that adds a task %s to queue %s has not ended: %s', array_to_string(names, ' or '),
      queue,
      case when sessions = '{}' then 'it is a prepared one' else 'session ' || array_to_string(sessions, ' or ') end),
    'Try again later. To end an idle transaction: select pg_terminate_backend(...); '
    'to find prepared ones: select gid from pg_prepared_xacts;',
    jsonb_build_object('queue', queue, 'names', to_jsonb(names), 'sessions', to_jsonb(sessions)));
end
$$;
