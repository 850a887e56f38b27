-- _check_room: true when the stored tasks take less storage, and are fewer, than the limits allow (null: there is no
-- limit). Measuring gives the transaction an id: call it after _next_id.
--
-- Raises TQ013 with the reason "total_storage_limit exceeded" or "max_tasks exceeded" in its detail.
create or replace function taskqueue._check_room(storage_limit bigint) returns boolean
language plpgsql volatile as $$
declare
  used bigint;
  most bigint;
begin
  if storage_limit is null then
    return true;
  end if;
  if taskqueue._has_room(storage_limit) then
    most := (select s.value from taskqueue._settings as s where s.name = 'max_tasks');
    if most is null or coalesce(pg_sequence_last_value('taskqueue._stored_tasks'), 0) < most then
      return true;
    end if;
    perform taskqueue._raise('TQ013',
      format('there must be at most %s tasks in all queues together, and there are as many already', most),
      'Finish, delete or purge tasks, or raise the limit: select taskqueue.set_limits(tasks => ...);',
      jsonb_build_object('reason', 'max_tasks exceeded', 'limit', most, 'used',
        pg_sequence_last_value('taskqueue._stored_tasks')));
  end if;
  used := pg_sequence_last_value('taskqueue._storage_bytes');
  perform taskqueue._raise('TQ013',
    format('total_storage_limit exceeded: tasks must take at most %s bytes, and take %s', storage_limit, used),
    'Finish, delete or purge tasks, or raise total_storage_limit in the queue file '
    'or max_bytes: select taskqueue.set_limits(bytes => ...);',
    jsonb_build_object('reason', 'total_storage_limit exceeded', 'limit', storage_limit, 'used', used));
end
$$;
