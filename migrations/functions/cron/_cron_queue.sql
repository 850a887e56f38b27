-- _cron_queue: the queue that an entry of a cron file adds to: its own, or for a URL the queue cron, which is made with
-- the first of them.
--
-- Returns    its row, and whether it was made
-- Raises     TQ001 no such queue; TQ015 it was deleted within seven days.
create or replace function taskqueue._cron_queue(entry jsonb, out source taskqueue._queues, out made boolean)
language plpgsql volatile as $$
begin
  made := not entry ? 'queue'
    and not exists (select from taskqueue._queues as q where q.name = 'cron' and q.deleted_at is null);
  if made then
    perform taskqueue.create_queue('cron', rate => '100/s', bucket_size => 100);
  end if;
  source := taskqueue._find_queue(coalesce(entry ->> 'queue', 'cron'));
end
$$;
