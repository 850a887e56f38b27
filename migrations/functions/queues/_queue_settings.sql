-- _queue_settings: a queue's row with its settings checked and filled in; null or missing ones leave what the row has.
-- max_concurrent_requests is moved into 1 to 5000 with a warning, as App Engine's deployment did.
--
-- Arguments  settings  by the names of _queue_keys; those of the Cloud Tasks API alone: http_target, logging_ratio
-- Raises     TQ020 for the retry block; TQ111 for the target; TQ008 for all others
create or replace function taskqueue._queue_settings(queue taskqueue._queues, settings jsonb) returns taskqueue._queues
language plpgsql stable as $$
declare
  mode constant text := settings ->> 'mode';
  rate constant text := settings ->> 'rate';
  bucket_size constant integer := (settings ->> 'bucket_size')::integer;
  max_concurrent_requests constant integer := (settings ->> 'max_concurrent_requests')::integer;
  target constant text := settings ->> 'target';
  retry constant jsonb := nullif(settings -> 'retry', 'null');
  tombstone_ttl constant interval := (settings ->> 'tombstone_ttl')::interval;
  acl constant jsonb := nullif(settings -> 'acl', 'null');
  keep_completed constant text := settings ->> 'keep_completed';
  on_dead constant jsonb := nullif(settings -> 'on_dead', 'null');
  http_target constant jsonb := nullif(settings -> 'http_target', 'null');
  logging_ratio constant double precision := (settings ->> 'logging_ratio')::double precision;
  retention text;
  problem text;
begin
  queue.mode := coalesce(mode, queue.mode);
  problem := case
    when queue.mode not in ('push', 'pull') then format('mode must be push or pull, got %s',
      quote_literal(left(mode, 120)))
    when bucket_size not between 0 and 500 then format('bucket_size must be 0 to 500, got %s', bucket_size)
    when extract(epoch
      from tombstone_ttl) not between 0 and 31536000 then format('tombstone_ttl must be 0 to 365 days, got %s',
      tombstone_ttl)
    when queue.mode = 'pull' and coalesce(target, '') <> '' then 'a pull queue must not have a target'
    when queue.mode = 'push' and acl <> '[]' then 'a push queue must not have an acl'
    when taskqueue._is_acl(coalesce(acl,
      '[]')) is not true then 'acl must be an array of {"user_email": ...} and {"writer_email": ...}'
    when queue.mode = 'pull'
      and exists (select from jsonb_object_keys(case jsonb_typeof(retry) when 'object' then retry else '{}' end) as k
      where k <> 'task_retry_limit')
      then 'a pull queue must have no retry parameter other than task_retry_limit'
    when keep_completed !~ '^(none|failures|all|[0-9]{1,3}([.][0-9]{1,6})?%)$'
      or keep_completed ~ '%' and rtrim(keep_completed, '%')::numeric not between 0 and 100
      then format('keep_completed must be none, failures, all or a share such as 10%%, got %s',
        quote_literal(left(keep_completed, 120)))
    when taskqueue._is_on_dead(coalesce(on_dead, '{}')) is not true
      then format('on_dead must be {"queue": ..., "url": ...}, got %s', left(on_dead::text, 120))
    when logging_ratio not between 0 and 1 then format('logging_ratio must be 0 to 1, got %s', logging_ratio::numeric)
    when jsonb_typeof(http_target) <> 'object' then 'http_target must be a JSON object'
  end;
  foreach retention in array array['dead_retention', 'attempt_retention', 'completed_retention'] loop
    if settings ->> retention is not null and taskqueue._retention(settings ->> retention) is null then
      problem := coalesce(problem, format('%s must be 0 to 365 days, got %s', retention,
        quote_literal(left(settings ->> retention, 120))));
    end if;
  end loop;
  if problem is not null then
    perform taskqueue._raise('TQ008', format('queue %s: %s', queue.name, problem),
      'Correct the setting or leave it out.',
      jsonb_build_object('queue', queue.name));
  end if;
  if max_concurrent_requests not between 1 and 5000 then
    raise warning 'queue %: max_concurrent_requests must be 1 to 5000, got %: using %', queue.name,
      max_concurrent_requests,
      greatest(1, least(5000, max_concurrent_requests));
  end if;
  if queue.mode = 'push' then
    queue.rate := coalesce(rate, queue.rate, '5/s');
    queue.rate_per_second := taskqueue._rate(queue.rate);
    queue.bucket_size := coalesce(bucket_size, queue.bucket_size, 5);
    queue.max_concurrent_requests := greatest(1,
      least(5000, coalesce(max_concurrent_requests, queue.max_concurrent_requests, 1000)));
  else
    queue.rate := null;
    queue.rate_per_second := null;
    queue.bucket_size := null;
    queue.max_concurrent_requests := null;
  end if;
  queue.target := case when target is null and queue.mode = 'push' then queue.target
    else taskqueue._check_target(nullif(target, '')) end;
  if retry is not null or queue.retry is null then
    queue.retry := taskqueue._retry_parameters(retry, 'TQ020');
  end if;
  queue.tombstone_ttl := coalesce(tombstone_ttl, queue.tombstone_ttl, interval '9 days');
  queue.dead_retention := coalesce(taskqueue._retention(settings ->> 'dead_retention'), queue.dead_retention,
    interval '7 days');
  queue.attempt_retention := coalesce(taskqueue._retention(settings ->> 'attempt_retention'), queue.attempt_retention,
    interval '7 days');
  queue.keep_completed := coalesce(keep_completed, queue.keep_completed, 'none');
  queue.completed_retention := coalesce(taskqueue._retention(settings ->> 'completed_retention'),
    queue.completed_retention, interval '7 days');
  queue.on_dead := nullif(coalesce(on_dead, queue.on_dead), '{}');
  queue.http_target := nullif(coalesce(http_target, queue.http_target), '{}');
  queue.logging_ratio := nullif(coalesce(logging_ratio, queue.logging_ratio), 0);
  queue.acl := case when queue.mode = 'pull' then nullif(coalesce(acl, queue.acl), '[]') end;
  return queue;
end
$$;
