-- _forget_names: switches on or off that deleting and purging tasks frees their names (for development only: a name
-- could stand for two tasks). Switching it on also frees every name whose task has ended.
create or replace function taskqueue._forget_names(forget boolean) returns void
language plpgsql volatile as $$
begin
  perform setval('taskqueue._forgets_names', forget::integer);
  if forget then
    delete from taskqueue._names where ctid = any (array(   -- locked in the order in which adds take names
      select n.ctid from taskqueue._names as n where n.expires is not null
        order by n.queue_id, n.name_hash for update));
  end if;
end
$$;
