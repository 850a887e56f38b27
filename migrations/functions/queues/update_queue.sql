-- Locks: the queue's row.
create or replace function taskqueue.update_queue(
  queue text, mode text default null, rate text default null, bucket_size integer default null,
  max_concurrent_requests integer default null, target text default null, retry jsonb default null,
  tombstone_ttl interval default null, acl jsonb default null
) returns taskqueue.queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  changed taskqueue._queues := taskqueue._lock_queue(queue);
  before constant jsonb := to_jsonb(taskqueue._public_queue(changed));
begin
  changed := taskqueue._queue_settings(changed, mode, rate, bucket_size, max_concurrent_requests, target, retry,
    tombstone_ttl, acl);
  update taskqueue._queues as q
  set mode = changed.mode, rate = changed.rate, rate_per_second = changed.rate_per_second,
    bucket_size = changed.bucket_size,
      max_concurrent_requests = changed.max_concurrent_requests, target = changed.target, retry = changed.retry,
      tombstone_ttl = changed.tombstone_ttl, acl = changed.acl,
      rate_since = case when to_jsonb(taskqueue._public_queue(changed)) <> before then taskqueue._now()
        else q.rate_since end
  where q.id = changed.id;
  perform taskqueue._queue_changed(changed.name);
  perform taskqueue._audit('update', 'queue ' || changed.name, before, to_jsonb(taskqueue._public_queue(changed)));
  return taskqueue._public_queue(changed);
end
$$;

comment on function taskqueue.update_queue is
$doc$Changes settings of a queue; those that are null or left out stay. They take effect within a second, and don't
change stored tasks.

Arguments:
- queue: name of the queue.
- mode, rate, bucket_size, max_concurrent_requests, tombstone_ttl: as in create_queue.
- target: '' removes the target.
- retry: replaces the whole block.
- acl: '[]' empties the list.

Returns the changed queue.

Raises: TQ001 unknown queue; TQ008 settings; TQ020 retry; TQ111 target.

Example:
    select taskqueue.update_queue('mail', rate => '100/s');$doc$;
