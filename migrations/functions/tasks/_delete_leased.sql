-- _delete_leased: deletes tasks by names and lease tokens (delete_tasks). A token that is null proves nothing and needs
-- to prove nothing: whoever deletes without one has not completed the task.
create or replace function taskqueue._delete_leased(source taskqueue._queues, names text[],
  lease_tokens uuid[]) returns text[]
language plpgsql volatile as $$
declare
  deleted text[] := '{}';
  others text[];
  proofs uuid[];
begin
  if source.keep_completed <> 'none' and source.mode = 'pull' then
    perform taskqueue._keep_completed(source,
      array(select taskqueue._find_task(source, n.name) from unnest(names) with ordinality as n(name, position)
            order by n.position), lease_tokens);
  end if;
  -- the usual case
  if array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+$' and array_position(lease_tokens, null) is null then
    deleted := taskqueue._delete_generated(source, names, lease_tokens);
    if cardinality(deleted) = cardinality(names) then
      return deleted;
    end if;
  end if;
  select array_agg(n.name), array_agg(n.token) into others, proofs
  from unnest(names, lease_tokens) as n(name, token) where n.name <> all (deleted);
  return deleted || taskqueue._delete_any(source, others, proofs);
end
$$;
