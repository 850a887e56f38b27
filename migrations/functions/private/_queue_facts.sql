-- _queue_facts: the settings of a queue by name, from the queue as users see it (taskqueue.queue) as JSON: what is not set is left out, and the retry block
-- is taken apart.
create or replace function taskqueue._queue_facts(shown jsonb) returns jsonb
language plpgsql immutable as $$
begin
  return jsonb_strip_nulls(coalesce(shown, '{}') - 'name' - 'created' - 'retry' - 'tasks' || coalesce(nullif(shown -> 'retry', 'null'), '{}'));
end
$$;
