-- _create_queue: what create_queue and queue files have in common.
--
-- Arguments  settings  by the names of _queue_keys, and as _queue_settings says; null or missing ones get their
--                      defaults. A queue of the Cloud Tasks API also has a parent: project, location
-- Raises     what create_queue raises
create or replace function taskqueue._create_queue(queue text, settings jsonb) returns taskqueue.queue
language plpgsql volatile as $$
declare
  made taskqueue._queues;
begin
  perform taskqueue._check_queue_name(queue);
  if not exists (select from taskqueue._queues as q where q.name = queue and q.deleted_at is null) then
    perform taskqueue._check_queue_tombstone(queue);
    perform taskqueue._check_queue_count();
  end if;
  made.name := queue;
  made.project := settings ->> 'project';
  made.location := settings ->> 'location';
  made := taskqueue._queue_settings(made, settings);
  insert into taskqueue._queues as q (
    name, mode, rate, rate_per_second, bucket_size, max_concurrent_requests, target, retry, tombstone_ttl, acl,
    dead_retention, attempt_retention, keep_completed, completed_retention, on_dead, project,
    location, http_target, logging_ratio, created, rate_since, storage_limit)
  values (
    queue, made.mode, made.rate, made.rate_per_second, made.bucket_size, made.max_concurrent_requests, made.target,
    made.retry, made.tombstone_ttl, made.acl, made.dead_retention, made.attempt_retention, made.keep_completed,
    made.completed_retention, made.on_dead, made.project, made.location, made.http_target, made.logging_ratio,
    taskqueue._now(), taskqueue._now(), taskqueue._storage_limit_in_force())
  on conflict (name) where deleted_at is null do nothing
  returning q.* into made;
  if made.id is null then
    perform taskqueue._raise('TQ110', format('queue %s already exists', queue),
      format('Change it: select taskqueue.update_queue(%L, ...);', queue),
      jsonb_build_object('queue', queue));
  end if;
  execute format('create sequence taskqueue._floor_%s as bigint minvalue 0 start 0', made.id);
  perform taskqueue._queue_changed(queue);
  perform taskqueue._audit('create', 'queue ' || queue, null, taskqueue._audited_queue(made));
  return taskqueue._public_queue(made);
end
$$;
