create or replace function taskqueue.update_queue(
  queue text, mode text default null, rate text default null, bucket_size integer default null,
  max_concurrent_requests integer default null, target text default null, retry jsonb default null,
  tombstone_ttl interval default null, acl jsonb default null, dead_retention interval default null,
  attempt_retention interval default null, keep_completed text default null,
  completed_retention interval default null, on_dead jsonb default null
) returns taskqueue.queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
begin
  return taskqueue._update_queue(queue, jsonb_build_object(
    'mode', mode, 'rate', rate, 'bucket_size', bucket_size,
    'max_concurrent_requests', max_concurrent_requests, 'target', target, 'retry', retry,
    'tombstone_ttl', tombstone_ttl, 'acl', acl,
    'dead_retention', dead_retention, 'attempt_retention', attempt_retention, 'keep_completed', keep_completed,
    'completed_retention', completed_retention, 'on_dead', on_dead));
end
$$;

comment on function taskqueue.update_queue is
$doc$Changes settings of a queue; those that are null or left out stay. They take effect within a second, and don't
change stored tasks.

Arguments:
- queue: name of the queue.
- mode, rate, bucket_size, max_concurrent_requests, tombstone_ttl: as in create_queue.
- dead_retention, attempt_retention, keep_completed, completed_retention: as in create_queue.
- target: '' removes the target.
- retry: replaces the whole block.
- acl: '[]' empties the list.
- on_dead: '{}' removes it.

Returns the changed queue.

Raises: TQ001 unknown queue; TQ008 settings; TQ020 retry; TQ111 target.

Example:
    select taskqueue.update_queue('mail', rate => '100/s');$doc$;
