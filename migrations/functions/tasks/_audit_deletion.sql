-- _audit_deletion: records that tasks were deleted without lease tokens: one row, with their number and the first
-- twenty names.
create or replace function taskqueue._audit_deletion(queue text, names text[]) returns void
language plpgsql volatile as $$
begin
  if cardinality(names) = 1 then
    perform taskqueue._audit('delete', format('task %s/%s', queue, names[1]), jsonb_build_object('tasks', 1), null);
  else
    perform taskqueue._audit('delete_tasks', 'queue ' || queue,
      jsonb_build_object('tasks', cardinality(names), 'names', to_jsonb(names[1:20])), null);
  end if;
end
$$;
