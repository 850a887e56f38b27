-- _put_back: a dead task is due again, under its own name, with all its retries; its tombstone gives way. The caller has taken it from the dead.
-- Raises TQ018 when the transaction has put back 23 tasks.
create or replace function taskqueue._put_back(source taskqueue._queues, dead taskqueue._dead_tasks) returns taskqueue._tasks
language plpgsql volatile as $$
declare
  requeued_id constant bigint := taskqueue._requeue_id();   -- a new one: by its old id a later purge could not be told from an earlier one
  back taskqueue._tasks;
begin
  dead.name := coalesce(dead.name, taskqueue._name(dead.id, dead.created));
  update taskqueue._deferred_payload as p set task_id = requeued_id where p.task_id = dead.id;
  dead.id := requeued_id;
  insert into taskqueue._names as n (queue_id, name_hash, task_id, name) values (source.id, taskqueue._name_hash(dead.name), dead.id, dead.name)
  on conflict (queue_id, name_hash) do update set task_id = excluded.task_id, ended = null, expires = null;
  insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, namespace, dispatch_deadline, retry, headers, body_kind, tag, name, body)
  values (dead.id, taskqueue._now(), dead.created, dead.queue_id, dead.method, dead.url, dead.target, dead.namespace, dead.dispatch_deadline, dead.retry,
          dead.headers, dead.body_kind, dead.tag, dead.name, dead.body)
  returning t.* into back;
  perform taskqueue._audit('requeue', 'task ' || source.name || '/' || dead.name, jsonb_build_object('died', dead.died, 'reason', dead.reason, 'retry_count', dead.attempts), null);
  return back;
end
$$;
