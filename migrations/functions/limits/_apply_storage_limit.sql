-- _apply_storage_limit: stores a queue file's limit for all tasks together; null: none.
--
-- Returns    what was changed: nothing when the bytes are the same
-- Raises     TQ008
-- Locks      the rows of all queues
create or replace function taskqueue._apply_storage_limit(size text) returns taskqueue.queue_change[]
language plpgsql volatile as $$
declare
  bytes constant bigint := case when size is not null then taskqueue._storage_limit(size) end;
  earlier constant text := (select s.value from taskqueue._settings as s where s.name = 'total_storage_limit');
begin
  if bytes is not distinct from (case when earlier is not null then taskqueue._storage_limit(earlier) end) then
    return '{}';
  end if;
  delete from taskqueue._settings as s where s.name = 'total_storage_limit';
  insert into taskqueue._settings (name, value) select 'total_storage_limit', size where size is not null;
  perform taskqueue._copy_storage_limit();
  perform taskqueue._audit('set', 'setting total_storage_limit', to_jsonb(earlier), to_jsonb(size));
  return array[(null, 'change', 'total_storage_limit', earlier, size)::taskqueue.queue_change];
end
$$;
