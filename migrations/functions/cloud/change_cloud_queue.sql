-- Locks: the queue's row.
create or replace function taskqueue.change_cloud_queue(queue text, project text, location text,
  act text) returns taskqueue.cloud_queue
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
begin
  perform taskqueue._visible_queue(queue, project, location);
  case act
    when 'pause' then perform taskqueue.pause_queue(queue);
    when 'resume' then perform taskqueue.resume_queue(queue);
    when 'purge' then perform taskqueue.purge_queue(queue);
    when 'delete' then
      perform taskqueue.delete_queue(queue);
      return null;
    else
      perform taskqueue._raise('TQ013', format('act must be pause, resume, purge or delete, got %s',
        coalesce(quote_literal(left(act, 120)), 'null')), 'Pass one of these words.');
  end case;
  return taskqueue._cloud_queue(taskqueue._find_queue(queue));
end
$$;

comment on function taskqueue.change_cloud_queue is
$doc$For the Cloud Tasks API: pauses, resumes, purges or deletes a queue.

Arguments:
- queue: its name.
- project, location: the parent under which it is asked for.
- act: pause, resume, purge or delete, as pause_queue and its neighbours do.

Returns the queue as it is then; null: it is deleted.

Raises: TQ001 unknown queue; TQ008 it was disabled, and the limit of queues is reached (set_limits); TQ013 act, or the
default queue, which can't be deleted; TQ015 deleted queue.

Example:
    select state from taskqueue.change_cloud_queue('mail', 'shop', 'eu', 'pause');$doc$;
