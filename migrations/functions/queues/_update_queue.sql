-- _update_queue: what update_queue and queue files have in common.
--
-- Arguments  settings  by the names of _queue_keys; null or missing ones stay
-- Raises     what update_queue raises
-- Locks      the queue's row
create or replace function taskqueue._update_queue(queue text, settings jsonb) returns taskqueue.queue
language plpgsql volatile as $$
declare
  changed taskqueue._queues := taskqueue._lock_queue(queue);
  before constant jsonb := taskqueue._audited_queue(changed);
begin
  changed := taskqueue._queue_settings(changed, settings);
  update taskqueue._queues as q
  set mode = changed.mode, rate = changed.rate, rate_per_second = changed.rate_per_second,
      bucket_size = changed.bucket_size, max_concurrent_requests = changed.max_concurrent_requests,
      target = changed.target, retry = changed.retry, tombstone_ttl = changed.tombstone_ttl, acl = changed.acl,
      dead_retention = changed.dead_retention, attempt_retention = changed.attempt_retention,
      keep_completed = changed.keep_completed, completed_retention = changed.completed_retention,
      on_dead = changed.on_dead, http_target = changed.http_target, logging_ratio = changed.logging_ratio,
      -- What the queue learned about its handlers holds until its pace or its handlers change.
      rate_since = case
        when (changed.mode, changed.rate, changed.bucket_size, changed.max_concurrent_requests, changed.target,
            changed.http_target)
          is distinct from (q.mode, q.rate, q.bucket_size, q.max_concurrent_requests, q.target, q.http_target)
          then taskqueue._now()
        else q.rate_since end
  where q.id = changed.id;
  perform taskqueue._queue_changed(changed.name);
  perform taskqueue._audit('update', 'queue ' || changed.name, before, taskqueue._audited_queue(changed));
  return taskqueue._public_queue(changed);
end
$$;
