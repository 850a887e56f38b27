-- _cron_queue: the queue an entry of a cron file adds to: its own, or for a URL the queue cron, which is created with
-- the first of them.
--
-- Returns    its row, and whether it was created
-- Raises     TQ001 unknown queue; TQ015 it was deleted within the last seven days
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
