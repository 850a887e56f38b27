-- _check_transactional: tasks that are added in a transaction have no names, and 1 MB in all.
-- Raises TQ005 a named task; TQ023 a request over 1 MB.
create or replace function taskqueue._check_transactional(tasks taskqueue._new_task[]) returns void
language plpgsql immutable as $$
declare
  task taskqueue._new_task;
  bytes bigint := 0;
begin
  foreach task in array tasks loop
    if task.name <> '' then
      perform taskqueue._raise('TQ005',
        format('a task that is added in a transaction can''t be named: %s', quote_literal(left(task.name, 120))),
        'Leave the name out, or add it with transactional => false in a statement of its own.',
          jsonb_build_object('name', left(task.name, 120)));
    end if;
    bytes := bytes + coalesce(octet_length(task.payload), octet_length(task.payload_bytes),
      octet_length(task.payload_json::text), 0);
  end loop;
  if bytes > 1048576 then
    perform taskqueue._raise('TQ023', format('a transactional add may have 1048576 bytes; this one has %s', bytes),
      'Store the data in a table and send its key.', jsonb_build_object('size', bytes, 'limit', 1048576));
  end if;
end
$$;
