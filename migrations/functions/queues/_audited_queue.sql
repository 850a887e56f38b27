-- _audited_queue: a queue as the audit records it: as users see it, and what the Cloud Tasks API alone sets.
create or replace function taskqueue._audited_queue(queue taskqueue._queues) returns jsonb
language sql stable as $$
  select to_jsonb(taskqueue._public_queue(queue)) || jsonb_strip_nulls(jsonb_build_object(
    'project', queue.project, 'location', queue.location, 'http_target', queue.http_target,
    'logging_ratio', queue.logging_ratio::numeric))
$$;
