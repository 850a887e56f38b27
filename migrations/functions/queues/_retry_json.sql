-- _retry_json: a retry block as JSON, without limits that are not set: what queues show. By way of numeric, because a
-- double precision becomes text as the session's extra_float_digits says.
create or replace function taskqueue._retry_json(retry taskqueue.retry_parameters) returns jsonb
language sql stable
return jsonb_strip_nulls(jsonb_build_object(
  'task_retry_limit', (retry).task_retry_limit, 'task_age_limit', (retry).task_age_limit::numeric,
  'min_backoff_seconds', (retry).min_backoff_seconds::numeric,
  'max_backoff_seconds', (retry).max_backoff_seconds::numeric,
  'max_doublings', (retry).max_doublings));
