-- _note_queue_change: who changed which setting of a queue, whatever way it was done. The role is the caller's: the functions run as their owner.
create or replace function taskqueue._note_queue_change() returns trigger
language plpgsql as $$
declare
  earlier taskqueue._queues;
begin
  if tg_op = 'UPDATE' then
    earlier := old;
  end if;
  insert into taskqueue._queue_history (at, actor, queue, setting, before, after)
  select taskqueue._now(), taskqueue._actor(), new.name, d.setting, d.was, d.is_now from taskqueue._queue_difference(earlier, new) as d;
  return null;
end
$$;

create or replace trigger _note_queue_change
after insert or update of mode, rate, bucket_size, max_concurrent_requests, target, retry, tombstone_ttl, acl, managed_by, paused_at, paused_reason,
  paused_until, disabled_at, deleted_at on taskqueue._queues
for each row execute function taskqueue._note_queue_change();
