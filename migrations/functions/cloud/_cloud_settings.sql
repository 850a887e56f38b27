-- _cloud_settings: what _queue_settings is to set for a queue of the Cloud Tasks API. What is missing or null gets the
-- API's default. The bucket follows from the rate. A pull queue has no settings but its retry limit and the tombstones
-- of its tasks; what else is given says nothing. Its limit counts leases, of which the first is no retry.
--
-- Arguments  retry     the queue's retry block now; null: there is no queue yet
--            settings  rate_per_second, max_concurrent_requests, task_retry_limit (-1: none), task_age_limit,
--                      min_backoff_seconds, max_backoff_seconds, max_doublings, target, http_target, logging_ratio,
--                      tombstone_ttl_seconds
--            fields    those of these that are to be set; null: all
--            mode      push or pull
-- Returns    settings by the names of _queue_keys
-- Raises     TQ008
create or replace function taskqueue._cloud_settings(retry taskqueue.retry_parameters, settings jsonb,
  fields text[], mode text) returns jsonb
language plpgsql immutable as $$
declare
  usual constant jsonb := case mode when 'pull' then '{"task_retry_limit": -1, "tombstone_ttl_seconds": 3600}'
    else '{"rate_per_second": 500, "max_concurrent_requests": 1000, "task_retry_limit": 99,
    "task_age_limit": null, "min_backoff_seconds": 0.1, "max_backoff_seconds": 3600, "max_doublings": 16,
    "target": "", "http_target": {}, "logging_ratio": 0, "tombstone_ttl_seconds": 3600}' end;
  asked jsonb := (
    select coalesce(jsonb_object_agg(f.name, coalesce(nullif(settings -> f.name, 'null'), usual -> f.name)), '{}')
    from jsonb_object_keys(usual) as f(name) where fields is null or f.name = any (fields));
  rate constant numeric := (asked ->> 'rate_per_second')::numeric;
  parts constant text[] := array['task_retry_limit', 'task_age_limit', 'min_backoff_seconds', 'max_backoff_seconds',
    'max_doublings'];
  made jsonb := asked - parts - array['rate_per_second', 'tombstone_ttl_seconds'];
begin
  if rate is not null then
    if rate < 1e-12 or rate > 500 then
      perform taskqueue._raise('TQ008',
        format('rate must be 1e-12 to 500 tasks per second, got %s', left(rate::text, 40)),
        'Leave it out for 500; to dispatch nothing, pause the queue.',
        jsonb_build_object('rate', left(rate::text, 40)));
    end if;
    made := made || jsonb_build_object('rate', rate || '/s',
      'bucket_size', greatest(5, least(500, ceil(rate / 5)))::integer);
  end if;
  if asked ? 'tombstone_ttl_seconds' then
    made := made || jsonb_build_object('tombstone_ttl', (asked ->> 'tombstone_ttl_seconds') || ' seconds');
  end if;
  if mode = 'pull' and (asked ->> 'task_retry_limit')::integer >= 0 then
    asked := asked || jsonb_build_object('task_retry_limit', (asked ->> 'task_retry_limit')::integer + 1);
  end if;
  if asked ?| parts then
    made := made || jsonb_build_object('retry', jsonb_strip_nulls(
      case mode when 'push' then coalesce(taskqueue._retry_json(retry), '{}') else '{}' end
        || (select jsonb_object_agg(p.key, nullif(p.value, '-1')) from jsonb_each(asked) as p
            where p.key = any (parts))));
  end if;
  return made;
end
$$;
