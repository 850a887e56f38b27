-- _outbox_task: a task of an outbox with its name.
--
-- Raises TQ108 when it is no object, or has a name of its own: that would not keep a repeat out.
create or replace function taskqueue._outbox_task(name text, task jsonb) returns jsonb
language plpgsql immutable as $$
begin
  if jsonb_typeof(task) is distinct from 'object' or task ? 'name' or coalesce(name, '') = '' then
    perform taskqueue._raise('TQ108', format('task %s must be a JSON object without a name, got %s',
      coalesce(nullif(name, ''), 'null'), left(coalesce(task::text, 'null'), 60)), 'The relay names it.');
  end if;
  return task || jsonb_build_object('name', name);
end
$$;
