create or replace function taskqueue.list_cloud_operations(project text, location text, after text default null,
  max_operations integer default 100) returns table (id text, queue text, operation jsonb)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select o.id, o.queue, o.operation from taskqueue._cloud_operations as o
    where o.project = list_cloud_operations.project and o.location = list_cloud_operations.location
      and o.id > coalesce(after, '')
    order by o.id limit least(max_operations, 1001);
end
$$;

comment on function taskqueue.list_cloud_operations is
$doc$For servers: returns the operations of the Cloud Tasks API that are kept, by id.

Arguments:
- project, location: their parent.
- after: an id; only later ones are returned.
- max_operations: at most 1001.

Returns rows: id, queue, operation.

Example:
    select id, operation ->> 'done' from taskqueue.list_cloud_operations('p', 'us-central1');$doc$;
