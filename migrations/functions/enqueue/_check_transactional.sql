-- _check_transactional: tasks that are added in a transaction must have no names, and 1 MB in all at most.
--
-- Raises TQ005 for a named task; TQ023 for more than 1 MB.
create or replace function taskqueue._check_transactional(tasks taskqueue._new_task[]) returns void
language plpgsql immutable as $$
declare
  task taskqueue._new_task;
  bytes bigint := 0;
begin
  foreach task in array tasks loop
    if task.name <> '' then
      perform taskqueue._raise('TQ005',
        format('a task added in a transaction must not have a name, got %s', quote_literal(left(task.name, 120))),
        'Leave the name out, or add the task with transactional => false in a statement of its own.',
          jsonb_build_object('name', left(task.name, 120)));
    end if;
    bytes := bytes + coalesce(octet_length(task.payload), octet_length(task.payload_bytes),
      octet_length(task.payload_json::text), 0);
  end loop;
  if bytes > 1048576 then
    perform taskqueue._raise('TQ023', format('a transactional add must be at most 1048576 bytes, got %s', bytes),
      'Store the data in a table and send its key.', jsonb_build_object('size', bytes, 'limit', 1048576));
  end if;
end
$$;
