-- _insert_tasks: store built tasks (id set, due: the ETA asked for) and give the rows as stored.
--
-- due is computed inside the insert: once a value had been taken before the insert's lock, the floor could pass it. A row whose id is taken is
-- one of this very transaction: the five-task limit was tampered with.
-- Raises TQ018.
create or replace function taskqueue._insert_tasks(tasks taskqueue._tasks[]) returns setof taskqueue._tasks
language plpgsql volatile as $$
declare
  stored bigint;
begin
  return query
    insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, namespace, dispatch_deadline, retry, headers, tag, name, body)
    select n.id, greatest(n.due, at.now), at.now, n.queue_id, n.method, n.url, n.target, n.namespace, n.dispatch_deadline, n.retry, n.headers,
           n.tag, n.name, n.body
    from unnest(tasks) as n, lateral (select n.id, taskqueue._now() as now) as at
    where not exists (select from taskqueue._tasks as own where own.id = n.id)
    returning t.*;
  get diagnostics stored = row_count;
  if stored < cardinality(tasks) then
    perform taskqueue._refuse('TQ018', 'a transaction may add 5 tasks, and this one''s count was tampered with',
      'Leave the setting taskqueue.last_id alone.', jsonb_build_object('limit', 5));
  end if;
end
$$;
