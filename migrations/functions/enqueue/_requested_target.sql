-- _requested_target: the target that a task names, by name or by a Host header. Null: none.
--
-- Raises TQ108 for both; TQ111 for an invalid name.
create or replace function taskqueue._requested_target(target text, host text) returns text
language plpgsql immutable as $$
begin
  if target is not null and host is not null then
    perform taskqueue._raise('TQ108', 'a task must have a target or a Host header, not both', 'Leave one of them out.');
  end if;
  return taskqueue._check_target(coalesce(target, host));
end
$$;
