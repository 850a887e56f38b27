-- _renew_identity: gives this database another epoch, because another database, copied file by file, has the same one.
--
-- Nobody adds tasks meanwhile: an id of the old epoch that is committed after a purge in the new one would count as
-- purged. The grant changes nothing, but makes all sessions plan again, and so call _epoch again.
--
-- Locks      _tasks against writers, until the transaction ends
create or replace function taskqueue._renew_identity() returns bigint
language plpgsql volatile as $$
declare
  here constant bigint := taskqueue._database_hash();
  earlier bigint;
  taken bigint;
begin
  lock table taskqueue._tasks in share row exclusive mode;
  earlier := pg_sequence_last_value('taskqueue._identity') >> 50;
  taken := taskqueue._next_epoch((random() * 1000000000)::bigint, earlier);   -- at random: its twin has the same hash
  perform setval('taskqueue._identity', taken << 50 | here);
  -- it was not a copy, and is not one now
  if pg_sequence_last_value('taskqueue._accepted') = earlier then
    perform setval('taskqueue._accepted', taken);
  end if;
  execute format('grant usage on schema taskqueue to %I', current_user);
  return taken;
end
$$;
