-- _delete_leased: delete tasks by names and lease tokens (delete_tasks); a token that is null proves nothing and needs to prove nothing.
create or replace function taskqueue._delete_leased(source taskqueue._queues, names text[], lease_tokens uuid[]) returns text[]
language plpgsql volatile as $$
declare
  plain constant boolean := array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+\Z';   -- every name is a generated one
  deleted text[];
  given text[];
  ids bigint[];
begin
  -- By the primary key, one by one: + 0 keeps the planner from walking over the whole queue instead, dead entries and all.
  with gone as (
    delete from taskqueue._tasks as t
    using (select case when plain then taskqueue._id_in_name(n.name) else taskqueue._find_task(source, n.name) end as id, n.name, n.token
           from unnest(names, lease_tokens) as n(name, token) offset 0) as s
    where t.id = s.id and t.queue_id + 0 = source.id and (t.lease_token = s.token or s.token is null)
      and coalesce(t.name, taskqueue._name(t.id, t.created)) = s.name and not taskqueue._is_purged(t.id, source.purged)
    returning t.id, t.name, s.name as asked
  )
  select array_agg(g.asked), array_agg(g.name) filter (where g.name is not null), array_agg(g.id) filter (where g.name is not null)
  into deleted, given, ids from gone as g;
  if given is not null then
    perform taskqueue._entomb(source.id, given, ids);
  end if;
  return deleted;
end
$$;
