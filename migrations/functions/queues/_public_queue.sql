-- _public_queue: a queue as users see it.
create or replace function taskqueue._public_queue(queue taskqueue._queues) returns taskqueue.queue
language sql stable as $$
  select (queue).name, (queue).mode, (queue).rate, (queue).bucket_size, (queue).max_concurrent_requests, (queue).target,
         taskqueue._retry_json((queue).retry), (queue).tombstone_ttl, (queue).acl, taskqueue._state(queue),
         case when taskqueue._state(queue) = 'paused' then (queue).paused_reason end,
         case when taskqueue._state(queue) = 'paused' then (queue).paused_until end,
         (queue).created, (queue).dead_retention, (queue).attempt_retention, (queue).keep_completed,
         (queue).completed_retention, (queue).on_dead
$$;
