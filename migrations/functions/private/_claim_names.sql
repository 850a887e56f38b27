-- _claim_names: take names for tasks that are about to be added; gives each name with added, exists or tombstoned.
--
-- The primary key of _names decides: a racer waits for the transaction that has the name and loses, or wins if that rolls back. Names are taken in
-- the order of their hashes, so that two batches can't wait for each other in a circle. A tombstone ends exactly at its time, swept or not.
create or replace function taskqueue._claim_names(queue_id integer, names text[], ids bigint[])
returns table (name text, result text)
language plpgsql volatile as $$
#variable_conflict use_column
declare
  taken text[];
  now constant timestamptz := taskqueue._now();
begin
  with wanted as (
    select w.name, w.id, taskqueue._name_hash(w.name) as hash from unnest(names, ids) as w(name, id)
    where taskqueue._find_generated(_claim_names.queue_id, w.name) is null
  ), won as (
    insert into taskqueue._names as n (queue_id, name_hash, task_id, name)
    select _claim_names.queue_id, w.hash, w.id, w.name from wanted as w order by w.hash
    on conflict (queue_id, name_hash) do update set task_id = excluded.task_id, ended = null, expires = null
      where n.expires <= now
    returning n.name
  )
  select coalesce(array_agg(won.name), '{}') into taken from won;
  return query
    select w.name, case when w.name = any (taken) then 'added'
                        when n.expires is not null then 'tombstoned'
                        else 'exists' end
    from unnest(names) as w(name)
    left join taskqueue._names as n on n.queue_id = _claim_names.queue_id and n.name_hash = taskqueue._name_hash(w.name);
end
$$;
