-- requeue_task: put a dead task back into its queue, under its own name and with all its retries; its tombstone gives way.
--
-- Returns    the task; it is due at once
-- Raises     TQ001 unknown queue · TQ010 a live task has the name · TQ014 no dead task has it
-- Example    select * from taskqueue.requeue_task('mail', 'task-0192…');
-- Locks      the dead task's row and its name.
create or replace function taskqueue.requeue_task(queue text, name text) returns taskqueue.task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
#variable_conflict use_column
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  dead taskqueue._dead_tasks;
  back taskqueue._tasks;
  requeued_id bigint;
begin
  if taskqueue._find_task(source, requeue_task.name) is not null then
    perform taskqueue._refuse_name(queue, requeue_task.name, 'exists');
  end if;
  delete from taskqueue._dead_tasks as d
  where d.id = (select o.id from taskqueue._dead_tasks as o
                where o.queue_id = source.id and coalesce(o.name, taskqueue._name(o.id, o.created)) = requeue_task.name
                order by o.died desc limit 1)
  returning d.* into dead;
  if dead.id is null then
    perform taskqueue._refuse('TQ014', format('queue %s has no dead task %s', queue, requeue_task.name),
      format('Look at those there are: select name from taskqueue.dead_tasks where queue = %L.', queue),
      jsonb_build_object('queue', queue, 'name', requeue_task.name));
  end if;
  requeued_id := taskqueue._requeue_id();   -- a new one: by its old id a later purge could not be told from an earlier one
  update taskqueue._deferred_payload as p set task_id = requeued_id where p.task_id = dead.id;
  dead.id := requeued_id;
  dead.name := requeue_task.name;
  insert into taskqueue._names as n (queue_id, name_hash, task_id, name) values (source.id, taskqueue._name_hash(dead.name), dead.id, dead.name)
  on conflict (queue_id, name_hash) do update set task_id = excluded.task_id, ended = null, expires = null;
  insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, namespace, dispatch_deadline, retry, headers, body_kind, tag, name, body)
  values (dead.id, taskqueue._now(), dead.created, dead.queue_id, dead.method, dead.url, dead.target, dead.namespace, dead.dispatch_deadline, dead.retry,
          dead.headers, dead.body_kind, dead.tag, dead.name, dead.body)
  returning t.* into back;
  perform taskqueue._audit('requeue', 'task ' || source.name || '/' || dead.name, jsonb_build_object('died', dead.died, 'reason', dead.reason, 'retry_count', dead.attempts), null);
  perform taskqueue._wake(source.id, source.name);
  return row(source.name, requeue_task.name, back.due, back.created, false)::taskqueue.task;
end
$$;

comment on function taskqueue.requeue_task is 'Put a dead task back into its queue, under its own name and with all its retries; its tombstone gives way.';
