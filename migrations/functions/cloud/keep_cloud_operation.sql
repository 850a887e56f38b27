-- Locks: the operation's row.
create or replace function taskqueue.keep_cloud_operation(project text, location text, id text, queue text,
  operation jsonb, begins boolean default false) returns jsonb
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  now constant timestamptz := taskqueue._now();
  kept jsonb;
begin
  delete from taskqueue._cloud_operations as o where o.ctid = any (array(
    select e.ctid from taskqueue._cloud_operations as e
    where e.created < taskqueue._later(now, interval '-1 day') order by e.created limit 10 for update skip locked));
  insert into taskqueue._cloud_operations as o (project, location, id, queue, created, operation)
  values (keep_cloud_operation.project, keep_cloud_operation.location, keep_cloud_operation.id,
    keep_cloud_operation.queue, now, keep_cloud_operation.operation)
  on conflict on constraint _cloud_operations_pkey do update set operation = excluded.operation
    where not begins and o.queue = excluded.queue
  returning o.operation into kept;
  if kept is not null then
    return case when begins then null else kept end;
  end if;
  select o.operation into kept from taskqueue._cloud_operations as o
  where o.project = keep_cloud_operation.project and o.location = keep_cloud_operation.location
    and o.id = keep_cloud_operation.id and o.queue = keep_cloud_operation.queue;
  if kept is null then
    perform taskqueue._raise('TQ013', format('operation %s is about another queue', id), 'Use another request id.',
      jsonb_build_object('id', id));
  end if;
  return kept;
end
$$;

comment on function taskqueue.keep_cloud_operation is
$doc$For servers: keeps an operation of the Cloud Tasks API for a day.

Arguments:
- project, location: the operation's parent.
- id: its id; a client that repeats a request repeats the id.
- queue: the queue it is about.
- operation: the JSON of google.longrunning.Operation.
- begins: true: it has not run yet; an operation of this id that is known already stays as it is.

Returns the operation as it is kept now; null if it has just begun, and is to be run.

Raises: TQ013 the id is that of an operation on another queue.

Example:
    select taskqueue.keep_cloud_operation('p', 'us-central1', 'b0f1', 'mail', '{"done": true}');$doc$;
