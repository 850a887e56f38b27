-- Locks: the queue's row, if nobody else has it; the rows it removes, skipping locked ones.
create or replace function taskqueue.maintain_queue(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  perform from taskqueue._queues as q where q.name = queue
    and (q.deleted_at is null or q.purged is not null) for no key update skip locked;
  if not found then
    return 0;
  end if;
  return taskqueue.clean_purged(queue) + taskqueue.sweep_queue(queue);
end
$$;

comment on function taskqueue.maintain_queue is
$doc$For the scheduler: performs one batch of the upkeep that a dispatcher does for the queues it leads: removes rows of
purged tasks and whatever has expired. Only one session works on a queue at a time; others do nothing.

Arguments:
- queue: name of the queue.

Returns the number of removed rows; 0: nothing is left.

Example:
    select taskqueue.maintain_queue('mail');$doc$;
