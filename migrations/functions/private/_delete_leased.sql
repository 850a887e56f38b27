-- _delete_leased: delete tasks by names and lease tokens (delete_tasks); a token that is null proves nothing and needs to prove nothing.
create or replace function taskqueue._delete_leased(source taskqueue._queues, names text[], lease_tokens uuid[]) returns text[]
language plpgsql volatile as $$
declare
  deleted text[] := '{}';
  others text[];
  given text[];
  ids bigint[];
begin
  if array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+$' and array_position(lease_tokens, null) is null then   -- as most often
    deleted := taskqueue._delete_generated(source, names, lease_tokens);
    if cardinality(deleted) = cardinality(names) then
      return deleted;
    end if;
  end if;
  -- Given names, also those that look like generated ones: of tasks that were put back from the dead. "= any (array[...])": as "=", it could be planned as a
  -- walk over the primary key from end to end.
  with gone as (
    delete from taskqueue._tasks as t
    using (select taskqueue._find_task(source, n.name) as id, n.name, n.token
           from unnest(names, lease_tokens) as n(name, token) where n.name <> all (deleted) offset 0) as s
    where t.id = any (array[s.id]) and t.queue_id + 0 = source.id and (t.lease_token = s.token or s.token is null)
      and coalesce(t.name, taskqueue._name(t.id, t.created)) = s.name and not taskqueue._is_purged(t.id, source.purged)
    returning t.id, t.name, s.name as asked
  )
  select array_agg(g.asked), array_agg(g.name) filter (where g.name is not null), array_agg(g.id) filter (where g.name is not null)
  into others, given, ids from gone as g;
  if given is not null then
    perform taskqueue._entomb(source.id, given, ids);
  end if;
  return deleted || others;
end
$$;
