-- _delete_generated: deletes tasks of one queue by their generated names; with lease tokens, in the same order, those
-- whose last lease the tokens belong to. Needs the plans that its callers pin: no sequential scans, no bitmap scans.
--
-- There is no join with the ids, which could be planned as a scan of the whole primary key, and "is true" keeps the
-- condition on each row from becoming one. "+ 0" rules out a scan of the queue, dead entries and all: without ids any
-- index would do.
--
-- Returns  the names of the deleted tasks
create or replace function taskqueue._delete_generated(source taskqueue._queues, names text[],
  lease_tokens uuid[] default null) returns text[]
language plpgsql volatile as $$
declare
  ids bigint[] := array(select taskqueue._id_in_name(n.name) from unnest(names) as n(name));
  since timestamptz[];
begin
  if cardinality(ids) = 0 then
    return '{}';
  elsif lease_tokens is null then
    with gone as (
      delete from taskqueue._tasks as t
      where t.id = any (ids) and t.queue_id + 0 = source.id and t.name is null
        and not taskqueue._is_purged(t.id, source.purged)
        and (taskqueue._name(t.id, t.created) in (select n.name from unnest(names) as n(name))) is true
      returning t.id, t.created
    )
    select array_agg(g.id), array_agg(g.created) into ids, since from gone as g;
  else
    with gone as (
      delete from taskqueue._tasks as t
      where t.id = any (ids) and t.queue_id + 0 = source.id and t.name is null
        and not taskqueue._is_purged(t.id, source.purged)
        and ((taskqueue._name(t.id, t.created), t.lease_token) in (select n.name, n.token
            from unnest(names, lease_tokens) as n(name, token))) is true
      returning t.id, t.created
    )
    select array_agg(g.id), array_agg(g.created) into ids, since from gone as g;
  end if;
  if cardinality(ids) = cardinality(names) then
    return names;
  end if;
  return array(select taskqueue._name(g.id, g.created) from unnest(ids, since) as g(id, created));
end
$$;
