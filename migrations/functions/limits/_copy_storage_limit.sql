-- _copy_storage_limit: copies the storage limit in force to each queue, because an add reads only its queue's row.
--
-- Locks the rows of all queues.
create or replace function taskqueue._copy_storage_limit() returns void
language plpgsql volatile as $$
declare
  bytes constant bigint := taskqueue._storage_limit_in_force();
begin
  update taskqueue._queues as q set storage_limit = bytes where q.deleted_at is null;
  if bytes is not null then
    perform setval('taskqueue._storage_measured', 0);
    perform taskqueue._has_room(bytes);  -- so that the amount in use is known from now on
  end if;
end
$$;
