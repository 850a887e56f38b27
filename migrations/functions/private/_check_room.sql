-- _check_room: true where the tasks there are take less than they may (null: there is no limit). Measuring gives the transaction an id: call it after _next_id.
-- Raises TQ013 with the detail "total_storage_limit exceeded".
create or replace function taskqueue._check_room(storage_limit bigint) returns boolean
language plpgsql volatile as $$
declare
  used bigint;
begin
  if storage_limit is null or taskqueue._has_room(storage_limit) then
    return true;
  end if;
  used := pg_sequence_last_value('taskqueue._storage_bytes');
  perform taskqueue._refuse('TQ013', format('total_storage_limit exceeded: the tasks take %s bytes, and may take %s', used, storage_limit),
    'Have tasks done, delete or purge some, or raise total_storage_limit in the queue file.',
    jsonb_build_object('reason', 'total_storage_limit exceeded', 'limit', storage_limit, 'used', used));
end
$$;
