-- Servers add with it what they are asked to add at the same time, in one transaction. The short way is that of
-- create_cloud_task, for many rows.
--
-- Locks: nothing but its own new rows.
create or replace function taskqueue.create_cloud_tasks(queue text, project text, location text, tasks jsonb,
  bodies bytea[])
  returns table (name text, headers jsonb, schedule_time timestamptz, created timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
#variable_conflict use_column
declare
  many constant integer := jsonb_array_length(tasks);
  source taskqueue._queues;
  first_id bigint;
  built taskqueue._tasks[];
  one taskqueue._tasks;
begin
  if many not between 1 and 100 then
    perform taskqueue._raise('TQ018', format('a call must have 1 to 100 tasks, got %s', many),
      'Split the tasks over several calls.', jsonb_build_object('limit', 100, 'asked', many));
  end if;
  first_id := taskqueue._next_id(false, many);
  source := taskqueue._visible_push_queue(queue, project, location);
  perform taskqueue._check_room(source.storage_limit);
  if taskqueue._are_simple_cloud_tasks(tasks, bodies) then
    return query
      insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, headers, body, http)
      select first_id + n.position - 1, at.now, at.now, source.id, nullif(n.value ->> 'method', 'POST'),
             n.value ->> 'url', n.value ->> 'target', nullif(n.value -> 'headers', '{}'),
             nullif(bodies[n.position], ''),
             nullif(n.value -> 'http', 'null')
      from jsonb_array_elements(tasks) with ordinality as n(value, position),
        lateral (select n.position, taskqueue._now() as now offset 0) as at
      order by n.position
      returning taskqueue._name(t.id, t.created), t.headers, t.due, t.created;
  else
    for i in 1 .. many loop
      one := taskqueue._build_cloud_task(source.id, tasks -> (i - 1) ->> 'url', tasks -> (i - 1) ->> 'method',
        nullif(tasks -> (i - 1) -> 'headers', 'null'), nullif(bodies[i], ''), nullif(tasks -> (i - 1) -> 'http', 'null'),
        tasks -> (i - 1) ->> 'target', null, null, null, null);
      one.id := first_id + i - 1;
      built[i] := one;
    end loop;
    return query
      select taskqueue._name(t.id, t.created), t.headers, t.due, t.created from taskqueue._insert_tasks(built) as t;
  end if;
  perform taskqueue._wake(source.id, source.name);
end
$$;

comment on function taskqueue.create_cloud_tasks is
$doc$For the Cloud Tasks API: adds up to 100 tasks without names to a push queue, in a transaction of its own: all of
them, or none if one is invalid.

Arguments:
- queue, project, location: as in create_cloud_task.
- tasks: JSON array of objects with the arguments url, method, headers, http and target of create_cloud_task.
- bodies: one for each task; an empty one stands for none.

Returns a row for each task, in order: its generated name, its headers as they are stored, and when it is due and was
created.

Raises: what create_cloud_task raises; TQ018 not 1 to 100 tasks.

Example:
    select name from taskqueue.create_cloud_tasks('mail', 'shop', 'eu', '[{"url": "/send", "method": "POST"}]',
      array['hello'::bytea]);$doc$;
