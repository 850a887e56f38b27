-- Servers add with it what they are asked to add at the same time, in one transaction. Most tasks take the short way:
-- one statement that stores the same rows as the long way would.
--
-- Locks: nothing but its own new rows.
create or replace function taskqueue.create_cloud_tasks(queue text, project text, location text, tasks jsonb,
  bodies bytea[]) returns setof taskqueue.new_cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  many constant integer := jsonb_array_length(tasks);
  source taskqueue._queues;
  first_id bigint;
  built taskqueue._tasks[];
  given jsonb;
  one taskqueue._tasks;
begin
  if many not between 1 and 100 then
    perform taskqueue._raise('TQ018', format('a call must have 1 to 100 tasks, got %s', many),
      'Split the tasks over several calls.', jsonb_build_object('limit', 100, 'asked', many));
  end if;
  first_id := taskqueue._next_id(false, many);
  source := taskqueue._visible_queue(queue, project, location);
  perform taskqueue._check_room(source.storage_limit);
  if source.mode = 'push' and taskqueue._are_simple_cloud_tasks(tasks, bodies) then
    return query
      insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, dispatch_deadline, headers,
        body, http)
      select first_id + n.position - 1, greatest((n.value ->> 'eta')::timestamptz, at.now), at.now, source.id,
             nullif(n.value ->> 'method', 'POST'), n.value ->> 'url', n.value ->> 'target',
             (n.value ->> 'dispatch_deadline')::double precision,
             nullif(nullif(n.value -> 'headers', 'null'), '{}'), nullif(bodies[n.position], ''),
             nullif(n.value -> 'http', 'null')
      from jsonb_array_elements(tasks) with ordinality as n(value, position),
        lateral (select n.position, taskqueue._now() as now offset 0) as at
      order by n.position
      returning taskqueue._name(t.id, t.created), t.headers, null::jsonb, t.due, t.created;
  else
    for i in 1 .. many loop
      given := tasks -> (i - 1);
      one := taskqueue._build_cloud_task(source, given ->> 'url', given ->> 'method',
        nullif(given -> 'headers', 'null'), nullif(bodies[i], ''), nullif(given -> 'http', 'null'), given ->> 'target',
        null, (given ->> 'eta')::timestamptz, (given ->> 'dispatch_deadline')::double precision,
        nullif(given -> 'retry', 'null'), given ->> 'tag');
      one.id := first_id + i - 1;
      built[i] := one;
    end loop;
    return query
      select taskqueue._name(t.id, t.created), t.headers,
             case when not (t.retry is null) then taskqueue._retry_json(t.retry) end, t.due, t.created
      from taskqueue._insert_tasks(built) as t;
  end if;
  perform taskqueue._wake(source.id, source.name);
end
$$;

comment on function taskqueue.create_cloud_tasks is
$doc$For the Cloud Tasks API: adds up to 100 tasks without names to a queue, in a transaction of its own: all of
them, or none if one is invalid.

Arguments:
- queue, project, location: as in create_cloud_task.
- tasks: JSON array of objects with the arguments url, method, headers, http, target, eta (RFC 3339 with an
  offset), dispatch_deadline, retry and tag of create_cloud_task.
- bodies: one for each task; an empty one stands for none.

Returns a row for each task, in order, as create_cloud_task does.

Raises: what create_cloud_task raises; TQ018 not 1 to 100 tasks.

Example:
    select name from taskqueue.create_cloud_tasks('mail', 'shop', 'eu', '[{"url": "/send", "method": "POST"}]',
      array['hello'::bytea]);$doc$;
