create or replace function taskqueue.cloud_operation(project text, location text, id text)
returns table (queue text, operation jsonb)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select o.queue, o.operation from taskqueue._cloud_operations as o
    where o.project = cloud_operation.project and o.location = cloud_operation.location
      and o.id = cloud_operation.id;
end
$$;

comment on function taskqueue.cloud_operation is
$doc$For servers: returns one operation of the Cloud Tasks API.

Arguments:
- project, location, id: its name.

Returns a row: queue, operation; none if it is unknown or no longer kept.

Example:
    select operation from taskqueue.cloud_operation('p', 'us-central1', 'b0f1');$doc$;
