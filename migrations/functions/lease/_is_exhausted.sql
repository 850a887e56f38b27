-- _is_exhausted: whether a task of a pull queue has been leased as often as it may be; null: it has no limit. One
-- expression, so that PostgreSQL inlines it.
create or replace function taskqueue._is_exhausted(attempts integer, retry taskqueue.retry_parameters,
  queue_retry taskqueue.retry_parameters) returns boolean
language sql stable as $$
  select attempts >= coalesce((retry).task_retry_limit, case when retry is null then (queue_retry).task_retry_limit end)
$$;
