create or replace function taskqueue.create_cloud_queue(queue text, project text default null,
  location text default null, settings jsonb default '{}', mode text default 'push') returns taskqueue.cloud_queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  made taskqueue._queues;
begin
  if (project is null) <> (location is null) then
    perform taskqueue._raise('TQ008', 'a queue must have both a project and a location, or neither', 'Pass both.');
  end if;
  perform taskqueue._create_queue(queue, taskqueue._cloud_settings(null, settings, null, mode)
    || jsonb_build_object('mode', coalesce(mode, 'push'), 'project', project, 'location', location));
  made := taskqueue._find_queue(queue);
  return taskqueue._cloud_queue(made);
end
$$;

comment on function taskqueue.create_cloud_queue is
$doc$For the Cloud Tasks API: creates a queue with the API's defaults.

Arguments:
- queue: its name: 1 to 100 letters, digits or hyphens.
- project, location: its parent, under which alone it is visible; null: it is visible under all.
- settings: object; what is missing or null gets the API's default:
  - rate_per_second: 1e-12 to 500, default 500; the bucket follows from it.
  - max_concurrent_requests: 1 to 5000, default 1000.
  - task_retry_limit: default 99; -1: no limit.
  - task_age_limit: seconds; default: no limit.
  - min_backoff_seconds, max_backoff_seconds, max_doublings: default 0.1, 3600 and 16.
  - target: the target of its App Engine tasks; default: each task decides.
  - http_target: override for its HTTP tasks, the JSON of google.cloud.tasks.v2.HttpTarget.
  - logging_ratio: 0 to 1, default 0; kept for clients.
  - tombstone_ttl_seconds: how long the names of its tasks stay taken after they have ended, default 3600.
- mode: push or pull. A pull queue heeds task_retry_limit, by default no limit, and tombstone_ttl_seconds.

Returns the queue.

Raises: TQ006 name; TQ008 settings, or the limit of queues is reached (set_limits); TQ015 a queue of this name was
deleted within the last seven days; TQ020 retry; TQ110 the queue exists, under whatever parent; TQ111 target.

Example:
    select name, bucket_size from taskqueue.create_cloud_queue('mail', 'shop', 'eu', '{"rate_per_second": 50}');$doc$;
