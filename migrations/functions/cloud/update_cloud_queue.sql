-- Locks: the queue's row.
create or replace function taskqueue.update_cloud_queue(queue text, project text, location text, settings jsonb,
  fields text[], mode text default 'push') returns taskqueue.cloud_queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  parts constant text[] := array(select substr(f, 13) from unnest(fields) as f where starts_with(f, 'http_target.'));
  source taskqueue._queues;
  asked jsonb := settings;
begin
  loop
    select * into source from taskqueue._queues as q
    where q.name = update_cloud_queue.queue and q.deleted_at is null for update;
    if parts <> '{}' then
      asked := settings || jsonb_build_object('http_target',
        taskqueue._http_target_with(source.http_target, settings -> 'http_target', parts));
      fields := fields || 'http_target'::text;
    end if;
    exit when source.id is not null;
    begin
      return taskqueue.create_cloud_queue(queue, project, location,
        (select jsonb_object_agg(s.key, s.value) from jsonb_each(asked) as s where s.key = any (fields)),
        coalesce(mode, 'push'));
    exception when sqlstate 'TQ110' then -- another session has just created it
      null;
    end;
  end loop;
  perform taskqueue._visible_queue(queue, project, location, mode);
  perform taskqueue._update_queue(queue, taskqueue._cloud_settings(source.retry, asked, fields, source.mode));
  return taskqueue._cloud_queue(taskqueue._find_queue(queue));
end
$$;

comment on function taskqueue.update_cloud_queue is
$doc$For the Cloud Tasks API: changes settings of a queue, or creates it if there is none.

Arguments:
- queue: its name.
- project, location: the parent under which it is asked for.
- settings: as in create_cloud_queue.
- fields: names of the settings to change; one that settings lack gets the API's default. http_target.uriOverride.host
  and its like change only a part of the override.
- mode: push or pull: what it has to be; null: either, and a new one is a push queue.

Returns the queue.

Raises: TQ001 a queue of another parent; TQ021 a queue of another mode; otherwise as create_cloud_queue.

Example:
    select rate_per_second from taskqueue.update_cloud_queue('mail', 'shop', 'eu', '{"rate_per_second": 7}',
      '{rate_per_second,task_retry_limit}');$doc$;
