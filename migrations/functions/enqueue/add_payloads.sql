-- The short way of add_tasks for tasks that are nothing but text, without the JSON around each. Whatever needs a closer
-- look, and every mistake, is left to add_tasks.
--
-- Locks: nothing but its own new rows.
create or replace function taskqueue.add_payloads(queue text, payloads text[], transactional boolean default true,
  wake boolean default true)
returns setof taskqueue.add_result
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  most constant integer := 100;
  source_id integer;
  kind "char";
  first_id bigint;
begin
  if payloads is null then
    perform taskqueue._raise('TQ108', 'payloads must be an array, got null',
      'For example: select * from taskqueue.add_payloads(''mail'', array[''a'', ''b'']);');
  end if;
  select q.id, case when q.mode = 'push' then 't' end into source_id, kind
  from taskqueue._queues as q
  where q.name = coalesce(queue, 'default') and q.deleted_at is null and q.storage_limit is null;
  if source_id is null or cardinality(payloads) not between 1 and most
     or not (select every(coalesce(octet_length(p), 65536) < 65536) from unnest(payloads) as p) then
    return query
      select * from taskqueue.add_tasks(queue,
        (select coalesce(jsonb_agg(jsonb_build_object('payload', n.payload) order by n.position), '[]')
          from unnest(payloads) with ordinality as n(payload, position)),
        transactional, wake);
    return;
  end if;
  first_id := taskqueue._next_id(transactional is not false, cardinality(payloads));
  return query
    insert into taskqueue._tasks as t (id, due, created, queue_id, body_kind, body)
    select n.id, n.now, n.now, source_id, kind, n.body
    from (select first_id + p.position - 1 as id, taskqueue._now() as now, convert_to(p.payload, 'UTF8') as body
          from unnest(payloads) with ordinality as p(payload, position) offset 0) as n
    returning (t.id - first_id)::integer, taskqueue._name(t.id, t.created), 'added', t.due, t.created;
  if wake is not false and not pg_try_advisory_xact_lock_shared(taskqueue._lock_class('bell'), source_id) then
    perform taskqueue._notify(source_id);
  end if;
end
$$;

comment on function taskqueue.add_payloads is
$doc$Adds up to 100 tasks that are a payload and nothing else, as add_tasks does with {"payload": ...}, at a lower cost.

Arguments:
- queue: name of the queue.
- payloads: the bodies, as text. null: a task without a body.
- transactional: true: at most five tasks per transaction. false: for a statement of its own; up to 100 tasks.
- wake: false: no NOTIFY.

Returns one row per task, as add_tasks: index (from 0), name, result (added), eta, created. No rows for an empty array.

Raises: what add_tasks raises; TQ108 for null instead of an array.

Example:
    select name from taskqueue.add_payloads('photos', array['cat.jpg', 'dog.jpg'], transactional => false);$doc$;
