-- _exported_task: a row of _tasks or _dead_tasks as another database can add it: with its name, generated or given, and
-- its deferred payload; without what means something here alone, and without nulls.
create or replace function taskqueue._exported_task(task jsonb) returns jsonb
language sql volatile as $$
  select jsonb_object_agg(e.key, e.value)
  from jsonb_each(task - '{id,queue_id,leased_until,lease_token}'::text[] || jsonb_build_object(
    'name', coalesce(task ->> 'name', taskqueue._name((task ->> 'id')::bigint, (task ->> 'created')::timestamptz)),
    'deferred', (select jsonb_build_object('id', d.id, 'created', d.created, 'data', d.data)
                 from taskqueue._deferred_payload as d where d.task_id = (task ->> 'id')::bigint))) as e
  where e.value <> 'null'
$$;
