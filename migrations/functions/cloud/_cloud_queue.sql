-- _cloud_queue: a queue as the Cloud Tasks API shows it. The rate goes by way of text, which has all digits of a double
-- precision as long as extra_float_digits is above 0; by way of numeric it would lose two.
create or replace function taskqueue._cloud_queue(queue taskqueue._queues) returns taskqueue.cloud_queue
language sql stable
set extra_float_digits = 1 as $$
  select row(queue.name, queue.mode, queue.project, queue.location, queue.rate_per_second::text::numeric,
    queue.bucket_size, queue.max_concurrent_requests, taskqueue._retry_json(queue.retry), queue.target,
    taskqueue._state(queue), queue.purge_time, queue.http_target,
    queue.logging_ratio::text::numeric, queue.tombstone_ttl)::taskqueue.cloud_queue
$$;
