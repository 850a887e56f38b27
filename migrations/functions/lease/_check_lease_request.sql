-- _check_lease_request: checks the arguments of lease_tasks and lease_tasks_by_tag.
--
-- Raises TQ013 for max_bytes; TQ101 for lease_seconds; TQ102 for max_tasks.
create or replace function taskqueue._check_lease_request(lease_seconds double precision, max_tasks integer,
  max_bytes bigint) returns void
language plpgsql immutable as $$
begin
  perform taskqueue._check_lease_seconds(lease_seconds);
  if max_tasks is null or max_tasks not between 1 and 1000 then
    perform taskqueue._raise('TQ102', format('max_tasks must be 1 to 1000, got %s', coalesce(max_tasks::text, 'null')),
      'Leave it out for 1.',
      jsonb_build_object('max_tasks', max_tasks));
  end if;
  if max_bytes is null or max_bytes not between 1 and 33554432 then
    perform taskqueue._raise('TQ013',
      format('max_bytes must be 1 to 33554432 (32 MB), got %s', coalesce(max_bytes::text, 'null')),
      'Leave it out for 33554432.',
      jsonb_build_object('max_bytes', max_bytes));
  end if;
end
$$;
