-- Locks: the operation's row.
create or replace function taskqueue.forget_cloud_operation(project text, location text, id text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  delete from taskqueue._cloud_operations as o
  where o.project = forget_cloud_operation.project and o.location = forget_cloud_operation.location
    and o.id = forget_cloud_operation.id;
  return found;
end
$$;

comment on function taskqueue.forget_cloud_operation is
$doc$For servers: forgets an operation of the Cloud Tasks API. What it did stays.

Arguments:
- project, location, id: its name.

Returns whether there was one.

Example:
    select taskqueue.forget_cloud_operation('p', 'us-central1', 'b0f1');$doc$;
