-- _queue_difference: which facts of a queue two of its rows disagree on, in the order of a queue file. A row of nulls has no facts.
create or replace function taskqueue._queue_difference(before taskqueue._queues, after taskqueue._queues)
returns table (setting text, was text, is_now text)
language plpgsql stable as $$
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
