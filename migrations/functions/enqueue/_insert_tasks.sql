-- _insert_tasks: stores built tasks (id set; due is the requested ETA) and returns the stored rows, in order.
--
-- due is computed inside the insert: a value taken before the insert has its lock could be passed by the floor.
create or replace function taskqueue._insert_tasks(tasks taskqueue._tasks[]) returns setof taskqueue._tasks
language plpgsql volatile as $$
begin
  return query
    insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, namespace, dispatch_deadline,
      retry, headers, body_kind, tag, name, body, http)
    select n.id, greatest(n.due, at.now), at.now, n.queue_id, n.method, n.url, n.target, n.namespace,
      n.dispatch_deadline, n.retry, n.headers,
           n.body_kind, n.tag, n.name, n.body, n.http
    from unnest(tasks) as n, lateral (select n.id, taskqueue._now() as now offset 0) as at
    returning t.*;
end
$$;
