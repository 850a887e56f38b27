-- Locks: nothing but its own new rows. It waits for transactions that are adding the same names, five seconds at most.
create or replace function taskqueue.add_tasks(queue text, tasks jsonb, transactional boolean default true,
  wake boolean default true)
returns setof taskqueue.add_result
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  most constant integer := 100;
  source taskqueue._queues;
  first_id bigint;
begin
  if tasks is null or jsonb_typeof(tasks) <> 'array' then
    perform taskqueue._raise('TQ108',
      format('tasks must be a JSON array, got %s', coalesce(jsonb_typeof(tasks), 'null')),
        'For example: select * from taskqueue.add_tasks(''mail'', ''[{"url": "/send"}]'');');
  end if;
  if jsonb_array_length(tasks) = 0 then
    return;
  end if;
  if jsonb_array_length(tasks) > most then
    perform taskqueue._raise('TQ018',
      format('a call must have at most %s tasks, got %s', most, jsonb_array_length(tasks)),
        'Split the tasks over several calls.',
      jsonb_build_object('limit', most, 'asked', jsonb_array_length(tasks)));
  end if;
  select * into source from taskqueue._queues as q where q.name = coalesce(queue, 'default') and q.deleted_at is null;
  if source.id is not null and taskqueue._is_simple_batch(source.mode, tasks) then
    -- One statement stores the same rows as _add_tasks would; a test compares them.
    first_id := taskqueue._next_id(transactional is not false, jsonb_array_length(tasks));
    perform taskqueue._check_room(source.storage_limit);
    return query
      insert into taskqueue._tasks as t (id, due, created, queue_id, url, body_kind, tag, body)
      select first_id + n.position - 1, n.now, n.now, source.id, n.value ->> 'url',
             case when source.mode = 'pull' then null when n.value ->> 'payload' is not null then 't'
               else 'j' end::"char",
             nullif(n.value ->> 'tag', ''),
               convert_to(coalesce(n.value ->> 'payload', (n.value -> 'payload_json')::text), 'UTF8')
      from (select t.value, t.position, taskqueue._now() as now
            from jsonb_array_elements(tasks) with ordinality as t(value, position) offset 0) as n
      returning (t.id - first_id)::integer, taskqueue._name(t.id, t.created), 'added', t.due, t.created;
    if wake is not false then
      perform taskqueue._wake(source.id, source.name);
    end if;
    return;
  end if;
  return query
    select * from taskqueue._add_tasks(coalesce(queue, 'default'),
      array(select taskqueue._task_from_json(t.value)
        from jsonb_array_elements(tasks) with ordinality as t(value, position) order by t.position),
      transactional is not false, wake is not false);
end
$$;

comment on function taskqueue.add_tasks is
$doc$Adds up to 100 tasks to one queue in one call: all of them, or none if one is invalid.

Arguments:
- queue: name of the queue.
- tasks: JSON array of objects whose keys are the arguments of add (payload_base64 for bytes, eta as RFC 3339 with an
  offset).
- transactional: true: at most five tasks per transaction, without names. false: for a statement of its own; up to 100
  tasks, which may have names.
- wake: false: no NOTIFY.

Returns one row per task, in the given order: index (from 0), name, result (added, exists or tombstoned), eta, created.
No rows for an empty array.

Raises: what add raises, but never for a name in use, which is a result; TQ016 a name twice in the call; TQ018 too many
tasks; TQ108 not an array.

Example:
    select * from taskqueue.add_tasks('mail', '[{"url": "/send", "params": {"to": "a@b"}}, {"url": "/send"}]');$doc$;
