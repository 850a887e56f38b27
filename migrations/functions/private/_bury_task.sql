-- _bury_task: a task is out of retries: it leaves the queue for the dead tasks, kept for seven days, and its name becomes a tombstone.
create or replace function taskqueue._bury_task(dead taskqueue._tasks, reason text) returns void
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  delete from taskqueue._tasks as t where t.id = dead.id;
  dead.lease_token := null;
  insert into taskqueue._dead_tasks select dead.*, now, reason, now + interval '604800 seconds';
  if dead.name is not null then
    perform taskqueue._entomb(dead.queue_id, array[dead.name], array[dead.id]);
  end if;
end
$$;
