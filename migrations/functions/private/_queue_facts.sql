-- _queue_facts: all that people set of a queue, by name; what is not set is left out.
create or replace function taskqueue._queue_facts(queue taskqueue._queues) returns jsonb
language plpgsql stable as $$
begin
  if queue.id is null then
    return '{}';
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'mode', queue.mode, 'rate', queue.rate, 'bucket_size', queue.bucket_size, 'max_concurrent_requests', queue.max_concurrent_requests,
    'target', queue.target, 'acl', queue.acl, 'tombstone_ttl', queue.tombstone_ttl, 'managed_by', queue.managed_by,
    'state', case when queue.deleted_at is not null then 'deleted' else taskqueue._state(queue) end,
    'paused_reason', queue.paused_reason, 'paused_until', queue.paused_until))
    || taskqueue._retry_json(queue.retry);
end
$$;
