-- _check_lease_request: what lease_tasks and lease_tasks_by_tag are asked for.
-- Raises TQ013 max_bytes; TQ101 lease_seconds; TQ102 max_tasks.
create or replace function taskqueue._check_lease_request(lease_seconds double precision, max_tasks integer,
  max_bytes bigint) returns void
language plpgsql immutable as $$
begin
  perform taskqueue._check_lease_seconds(lease_seconds);
  if max_tasks is null or max_tasks not between 1 and 1000 then
    perform taskqueue._raise('TQ102', format('max_tasks can''t be %s', coalesce(max_tasks::text, 'null')),
      'It is 1 to 1000.',
      jsonb_build_object('max_tasks', max_tasks));
  end if;
  if max_bytes is null or max_bytes not between 1 and 33554432 then
    perform taskqueue._raise('TQ013', format('max_bytes can''t be %s', coalesce(max_bytes::text, 'null')),
      'It is 1 to 33554432 bytes (32 MB).',
      jsonb_build_object('max_bytes', max_bytes));
  end if;
end
$$;
