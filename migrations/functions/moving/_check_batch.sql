-- _check_batch: whether this can be a batch of tasks. Returns how many it has.
--
-- Raises TQ108.
create or replace function taskqueue._check_batch(content jsonb) returns integer
language plpgsql immutable as $$
begin
  if jsonb_typeof(content) = 'object' and jsonb_typeof(content -> 'tasks') = 'array'
      and jsonb_array_length(content -> 'tasks') between 1 and 100
      and content ->> 'batch' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' and content ->> 'mode' in ('push', 'pull')
  then
    return jsonb_array_length(content -> 'tasks');
  end if;
  perform taskqueue._raise('TQ108', format('content must be a batch of 1 to 100 tasks, got %s',
    quote_literal(left(coalesce((content - 'tasks')::text, 'null'), 120))), 'Pass what export_tasks returned.');
  return null;
exception when invalid_parameter_value then   -- "-" of a JSON text that is no object
  perform taskqueue._raise('TQ108', format('content must be an object, got %s', jsonb_typeof(content)),
    'Pass what export_tasks returned.');
  return null;
end
$$;
