create or replace function taskqueue.create_queue(
  queue text, mode text default 'push', rate text default '5/s', bucket_size integer default 5,
  max_concurrent_requests integer default 1000, target text default null, retry jsonb default null,
  tombstone_ttl interval default '9 days', acl jsonb default null, dead_retention interval default '7 days',
  attempt_retention interval default '7 days', keep_completed text default 'none',
  completed_retention interval default '7 days', on_dead jsonb default null
) returns taskqueue.queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
begin
  return taskqueue._create_queue(queue, jsonb_build_object(
    'mode', coalesce(mode, 'push'), 'rate', rate, 'bucket_size', bucket_size,
    'max_concurrent_requests', max_concurrent_requests, 'target', target, 'retry', retry,
    'tombstone_ttl', tombstone_ttl, 'acl', acl,
    'dead_retention', dead_retention, 'attempt_retention', attempt_retention, 'keep_completed', keep_completed,
    'completed_retention', completed_retention, 'on_dead', on_dead));
end
$$;

comment on function taskqueue.create_queue is
$doc$Creates a queue.

Arguments:
- queue: its name: 1 to 100 letters, digits or hyphens.
- mode: push (the dispatcher calls handlers) or pull (workers lease tasks).
- rate: dispatches per second, minute, hour or day: 5/s, 10/m, 0.2/h, 2000/d; at most 500/s; 0: none.
- bucket_size: 0 to 500: how many tasks may start at once after an idle time.
- max_concurrent_requests: 1 to 5000.
- target: where all its tasks go; null: each task decides.
- retry: object of task_retry_limit, task_age_limit, min_backoff_seconds, max_backoff_seconds and max_doublings.
- tombstone_ttl: 0 to 365 days: how long a used name can't be reused.
- acl: pull queues: array of {"user_email": ...} (may lease and delete) and {"writer_email": ...} (may add). A pull
  queue has no rate, bucket_size, max_concurrent_requests or target, and of retry only task_retry_limit.
- dead_retention: 0 to 365 days: how long dead tasks are kept.
- attempt_retention: 0 to 365 days: how long recorded attempts are kept.
- keep_completed: completed tasks to keep in completed_tasks: none, failures (those that had failed before), all, or a
  random share such as 10%.
- completed_retention: 0 to 365 days: how long they are kept.
- on_dead: {"queue": ..., "url": ...}: for each task that dies, a task is added to that queue, which tells of it; null:
  none.

Returns the new queue.

Raises: TQ006 name; TQ008 settings, or the limit of queues is reached (set_limits); TQ015 a queue of this name was
deleted within the last seven days; TQ020 retry; TQ110 the queue exists; TQ111 target.

Example:
    select * from taskqueue.create_queue('mail', rate => '50/s', bucket_size => 20);$doc$;
