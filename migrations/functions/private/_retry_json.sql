-- _retry_json: a retry block as JSON, limits that are not set left out: what queues show. By way of numeric, because the digits that a double precision
-- has as JSON depend on the session's extra_float_digits.
create or replace function taskqueue._retry_json(retry taskqueue.retry_parameters) returns jsonb
language sql stable as $$
  select case when retry is distinct from null then
    jsonb_strip_nulls(jsonb_build_object('task_retry_limit', retry.task_retry_limit, 'task_age_limit', retry.task_age_limit::numeric,
      'min_backoff_seconds', retry.min_backoff_seconds::numeric, 'max_backoff_seconds', retry.max_backoff_seconds::numeric,
      'max_doublings', retry.max_doublings)) end
$$;
