create or replace function taskqueue.cloud_locations(project text) returns setof text
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select distinct q.location from taskqueue._queues as q
    where q.project = cloud_locations.project and q.deleted_at is null
    order by 1;
end
$$;

comment on function taskqueue.cloud_locations is
$doc$For servers: returns the locations in which a project has queues, by name.

Arguments:
- project: a project id.

Returns a row each: the location's id.

Example:
    select * from taskqueue.cloud_locations('p');$doc$;
