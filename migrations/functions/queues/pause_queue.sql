-- Locks: the queue's row.
create or replace function taskqueue.pause_queue(queue text, reason text default null,
  until timestamptz default null) returns taskqueue.queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  paused taskqueue._queues := taskqueue._lock_queue(queue);
  before constant jsonb := to_jsonb(taskqueue._public_queue(paused));
  now constant timestamptz := taskqueue._now();
begin
  if until <= now then
    perform taskqueue._raise('TQ013', format('until must be in the future, got %s', taskqueue._show_time(until)),
      'Pass a later moment, or leave it out.',
      jsonb_build_object('queue', queue, 'until', taskqueue._rfc3339(until)));
  end if;
  update taskqueue._queues as q
  set paused_at = case when taskqueue._state(q) = 'paused' then q.paused_at
    else now end, paused_reason = reason, paused_until = until
  where q.id = paused.id returning q.* into paused;
  perform taskqueue._queue_changed(paused.name);
  perform taskqueue._audit('pause', 'queue ' || paused.name, before, to_jsonb(taskqueue._public_queue(paused)), reason);
  return taskqueue._public_queue(paused);
end
$$;

comment on function taskqueue.pause_queue is
$doc$Stops dispatching and leasing tasks of a queue. Tasks in flight finish; adding, deleting, purging and run_task keep
working.

Arguments:
- queue: name of the queue.
- reason: shown by explain_task and in the view queues.
- until: when the pause ends by itself; null: only with resume_queue.

Returns the queue. Pausing a paused queue changes reason and until.

Raises: TQ001 unknown queue; TQ013 until is in the past.

Example:
    select taskqueue.pause_queue('mail', reason => 'provider is down',
      until => now() + interval '30 minutes');$doc$;
