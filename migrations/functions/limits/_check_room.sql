-- _check_room: true where the tasks there are take less than they may (null: there is no limit), and are fewer.
-- Measuring gives the transaction an id: call it after _next_id.
-- Raises TQ013 with the detail "total_storage_limit exceeded" or "max_tasks exceeded".
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
      format('there may be %s tasks in all queues together, and there are as many', most),
      'Have tasks done, delete or purge some, or raise the limit: set_limits, or --limits of migrate and serve.',
      jsonb_build_object('reason', 'max_tasks exceeded', 'limit', most, 'used',
        pg_sequence_last_value('taskqueue._stored_tasks')));
  end if;
  used := pg_sequence_last_value('taskqueue._storage_bytes');
  perform taskqueue._raise('TQ013',
    format('total_storage_limit exceeded: the tasks take %s bytes, and may take %s', used, storage_limit),
    'Have tasks done, delete or purge some, or raise total_storage_limit in the queue file, or max_bytes by set_limits.',
    jsonb_build_object('reason', 'total_storage_limit exceeded', 'limit', storage_limit, 'used', used));
end
$$;
