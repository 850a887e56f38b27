-- Locks: nothing but its own new row.
create or replace function taskqueue.keep_deferred(queue text, name text, id uuid, data bytea) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  owner_id constant bigint := taskqueue._find_task(source, name);
  now constant timestamptz := taskqueue._now();
begin
  if octet_length(data) > 16777216 then
    perform taskqueue._raise('TQ004',
      format('a deferred call must be at most 16777216 bytes, got %s', octet_length(data)),
      'Store the data in a table and defer its key.',
        jsonb_build_object('size', octet_length(data), 'limit', 16777216));
  end if;
  if owner_id is null or owner_id / 128 is distinct from taskqueue._first_own_id() / 128 then
    perform taskqueue._raise('TQ104', 'a deferred call must be stored by the transaction that adds its task',
      'Add the task in the same statement.');
  end if;
  if exists (select from taskqueue._deferred_payload as p where p.task_id = owner_id) then
    perform taskqueue._raise('TQ108',
      format('a task must have at most one deferred call, and %s already has one', name), 'Add one task for each call.',
      jsonb_build_object('queue', queue, 'name', name));
  end if;
  insert into taskqueue._deferred_payload as p (id, task_id, queue_id, created, checked_at, data)
  values (keep_deferred.id, owner_id, source.id, now, now, keep_deferred.data);
end
$$;

comment on function taskqueue.keep_deferred is
$doc$Stores the call of a deferred function that is too large for its task, for as long as the task exists: up to 16 MB.

Arguments:
- queue, name: a task that the current transaction has added.
- id: a random id, which the task's body contains.
- data: the call.

Raises: TQ001 unknown queue; TQ004 over 16777216 bytes; TQ104 the current transaction has added no such task; TQ108 the
task already has a payload.

Example:
    select t.name, taskqueue.keep_deferred(t.queue, t.name, id => $1, data => $2) from taskqueue.add(payload_json =>
    ...) as t;$doc$;
