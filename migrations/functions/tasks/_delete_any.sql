-- _delete_any: deletes tasks of one queue by their names, generated and given ones together, in the order of their ids;
-- with lease tokens, in the same order, those whose last lease the tokens belong to. A token that is null proves
-- nothing and needs to prove nothing. Needs the plans that its callers pin. _delete_generated is faster.
--
-- A name that looks generated may be a given one: that of a requeued task.
--
-- Returns  the names of the deleted tasks
create or replace function taskqueue._delete_any(source taskqueue._queues, names text[],
  lease_tokens uuid[] default null) returns text[]
language plpgsql volatile as $$
declare
  ids constant bigint[] := array(
    select i.id
    from unnest(names) as n(name),
         lateral (select taskqueue._generated_id(n.name) as id
                  -- Name by name, by the primary key: "offset 0" keeps this from becoming a join, which would scan all
                  -- names of the queue.
                  union all
                  (select o.task_id from taskqueue._names as o
                   where o.queue_id = source.id and o.name_hash = taskqueue._name_hash(n.name)
                     and o.expires is null offset 0)) as i
    where i.id is not null);
  gone record;
begin
  if cardinality(ids) = 0 then
    return '{}';
  end if;
  with gone as (
    delete from taskqueue._tasks as t
    where t.id = any (ids) and t.queue_id + 0 = source.id and not taskqueue._is_purged(t.id, source.purged)
      and (coalesce(t.name, taskqueue._name(t.id, t.created)) in (select n.name
          from unnest(names, lease_tokens) as n(name, token) where n.token is null)
           or (coalesce(t.name, taskqueue._name(t.id, t.created)), t.lease_token) in (select n.name, n.token
               from unnest(names, lease_tokens) as n(name, token))) is true
    returning t.id, t.name, coalesce(t.name, taskqueue._name(t.id, t.created)) as asked
  )
  select array_agg(g.asked) as asked, array_agg(g.name) filter (where g.name is not null) as given,
    array_agg(g.id) filter (where g.name is not null) as ids
  into gone from gone as g;
  if gone.given is not null and lease_tokens is null then
    perform taskqueue._release_names(source.id, gone.given, gone.ids);
  elsif gone.given is not null then
    perform taskqueue._add_tombstones(source.id, gone.given, gone.ids);
  end if;
  return coalesce(gone.asked, '{}');
end
$$;
