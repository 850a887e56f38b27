-- maintain_queue: the scheduler's: a portion of what a dispatcher does for the queues that it leads: rows of purged
-- tasks are taken away, and what has expired is removed: tombstones, dead tasks, statistics, deferred calls whose task
-- is gone. One at a time: who finds another at it does nothing.
--
-- Returns    how many rows were taken away; 0: there is nothing left
-- Locks      the queue's row, if nobody else has; the rows that it takes away, skipping locked ones.
create or replace function taskqueue.maintain_queue(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  perform from taskqueue._queues as q where q.name = queue and q.deleted_at is null for no key update skip locked;
  if not found then
    return 0;
  end if;
  return taskqueue.clean_purged(queue) + taskqueue.sweep_queue(queue);
end
$$;

comment on function taskqueue.maintain_queue is
  'The scheduler''s: take away rows of purged tasks and what has expired, a portion at a time.';
