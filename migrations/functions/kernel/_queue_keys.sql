-- _queue_keys: the settings of a queue, in the order of a queue file. src/domain/queue.ts has the same list.
--
-- Returns    setting    the argument of create_queue
--            file_key   its key in queue.yaml; null: a file can't set it
--            push_only  whether pull queues must not have it
--            usual      what it is when a file leaves it out
create or replace function taskqueue._queue_keys() returns table (setting text, file_key text, push_only boolean,
  usual jsonb)
language sql immutable
begin atomic
  values
    ('mode', 'mode', false, '"push"'::jsonb),
    ('rate', 'rate', true, '"5/s"'),
    ('bucket_size', 'bucket_size', true, '5'),
    ('max_concurrent_requests', 'max_concurrent_requests', true, '1000'),
    ('target', 'target', true, '""'),
    ('retry', 'retry_parameters', false, '{}'),
    ('acl', 'acl', false, '[]'),
    ('tombstone_ttl', null, false, null),
    ('dead_retention', 'dead_retention', false, '"7 days"'),
    ('attempt_retention', 'attempt_retention', false, '"7 days"'),
    ('keep_completed', 'keep_completed', false, '"none"'),
    ('completed_retention', 'completed_retention', false, '"7 days"'),
    ('on_dead', 'on_dead', false, '{}');
end;
