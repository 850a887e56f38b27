-- _cron_task: the task a cron entry adds to its queue. An entry with only a URL is a GET request with App Engine's
-- header X-AppEngine-Cron. The header is set here and nowhere else, so that it proves where the task is from; without
-- retry parameters the task is tried once.
--
-- Raises what _build_task raises.
create or replace function taskqueue._cron_task(queue taskqueue._queues, entry jsonb) returns taskqueue._tasks
language plpgsql volatile as $$
declare
  given taskqueue._new_task;
  built taskqueue._tasks;
  block constant jsonb := entry -> 'retry_parameters';
begin
  given.url := entry ->> 'url';
  given.payload := entry ->> 'payload';
  given.tag := entry ->> 'tag';
  given.target := entry ->> 'target';
  given.dispatch_deadline := rtrim(entry ->> 'attempt_deadline', 's')::double precision;
  if block is not null then
    given.retry := jsonb_strip_nulls(jsonb_build_object('task_retry_limit', coalesce(block -> 'job_retry_limit', '5'),
      'task_age_limit', block -> 'job_age_limit',
      'min_backoff_seconds', block -> 'min_backoff_seconds', 'max_backoff_seconds', block -> 'max_backoff_seconds',
        'max_doublings', block -> 'max_doublings'));
  end if;
  if not entry ? 'queue' then
    given.method := 'GET';
    given.retry := coalesce(given.retry, '{"task_retry_limit": 0}');
  end if;
  built := taskqueue._build_task(queue, given);
  if not entry ? 'queue' then
    built.headers := coalesce(built.headers, '{}') || '{"x-appengine-cron": "true"}';
  end if;
  return built;
end
$$;
