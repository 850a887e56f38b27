-- _queue_difference: on which settings a queue differs between two moments, given as users see it (taskqueue.queue) as JSON, in the order of a queue
-- file. Null: there was no queue.
create or replace function taskqueue._queue_difference(before jsonb, after jsonb) returns table (setting text, was text, is_now text)
language plpgsql immutable as $$
declare
  places constant text[] := array['mode', 'rate', 'bucket_size', 'max_concurrent_requests', 'target', 'task_retry_limit', 'task_age_limit',
    'min_backoff_seconds', 'max_backoff_seconds', 'max_doublings', 'acl', 'tombstone_ttl', 'managed_by', 'state', 'paused_reason', 'paused_until'];
begin
  return query
  select coalesce(b.key, a.key), b.value, a.value
  from jsonb_each_text(taskqueue._queue_facts(before)) as b full join jsonb_each_text(taskqueue._queue_facts(after)) as a on a.key = b.key
  where b.value is distinct from a.value
  order by array_position(places, coalesce(b.key, a.key));
end
$$;
