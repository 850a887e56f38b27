create or replace function taskqueue.update_queue(
  queue text, mode text default null, rate text default null, bucket_size integer default null,
  max_concurrent_requests integer default null, target text default null, retry jsonb default null,
  tombstone_ttl interval default null, acl jsonb default null
) returns taskqueue.queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
begin
  return taskqueue._update_queue(queue, jsonb_build_object(
    'mode', mode, 'rate', rate, 'bucket_size', bucket_size,
    'max_concurrent_requests', max_concurrent_requests, 'target', target, 'retry', retry,
    'tombstone_ttl', tombstone_ttl, 'acl', acl));
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
