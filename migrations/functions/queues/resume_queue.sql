-- Locks: the queue's row.
create or replace function taskqueue.resume_queue(queue text) returns taskqueue.queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  resumed taskqueue._queues := taskqueue._lock_queue(queue);
  before constant jsonb := to_jsonb(taskqueue._public_queue(resumed));
begin
  if resumed.disabled_at is not null then
    perform taskqueue._check_queue_count();
  end if;
  update taskqueue._queues as q set paused_at = null, paused_reason = null, paused_until = null, disabled_at = null,
    rate_since = case when q.paused_at is null and q.disabled_at is null then q.rate_since else taskqueue._now() end
  where q.id = resumed.id returning q.* into resumed;
  perform taskqueue._queue_changed(resumed.name);
  perform taskqueue._audit('resume', 'queue ' || resumed.name, before, to_jsonb(taskqueue._public_queue(resumed)));
  return taskqueue._public_queue(resumed);
end
$$;

comment on function taskqueue.resume_queue is
$doc$Resumes a paused or disabled queue. Tasks that became due meanwhile are due now, within the queue's rate.

Arguments:
- queue: name of the queue.

Returns the queue. Resuming a running queue changes nothing.

Raises: TQ001 unknown queue; TQ008 it was disabled, and the limit of queues is reached (set_limits).

Example:
    select taskqueue.resume_queue('mail');$doc$;
