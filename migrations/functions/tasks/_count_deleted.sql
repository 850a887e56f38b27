-- _count_deleted: counts tasks that a worker deleted. A row for each would be a quarter of what leasing and deleting
-- single tasks writes. So a session writes ten rows a second; beyond them it remembers the count in a setting of its
-- own, and writes it when it reaches 32. Nothing but statistics depends on the setting, which a session may lose or
-- forge.
create or replace function taskqueue._count_deleted(queue_id integer, tasks integer) returns void
language plpgsql volatile as $$
declare
  setting constant text := current_setting('taskqueue.deletions', true);
  now constant timestamptz := taskqueue._now();
  second constant integer := extract(epoch from now)::bigint % 1000000;
  memory integer[] := array[queue_id, second, 0, 0];    -- queue, second, rows in it, tasks that are not written yet
begin
  if setting ~ '^[{][0-9]{1,9},[0-9]{1,6},[0-9]{1,2},[0-9]{1,2}[}]$' then
    memory := setting::integer[];
    if memory[1] <> queue_id then
      if memory[4] > 0 then
        insert into taskqueue._statistics (queue_id, at, executed, succeeded) values (memory[1], now, 0, memory[4]);
      end if;
      memory := array[queue_id, second, 0, 0];
    elsif memory[2] <> second then
      memory[2] := second;
      memory[3] := 0;
    end if;
  end if;
  if memory[3] < 10 or memory[4] + tasks >= 32 then
    insert into taskqueue._statistics (queue_id, at, executed, succeeded)
    values (_count_deleted.queue_id, now, 0, memory[4] + tasks);
    memory[3] := least(memory[3] + 1, 10);
    memory[4] := 0;
  else
    memory[4] := memory[4] + tasks;
  end if;
  perform set_config('taskqueue.deletions', memory::text, false);
end
$$;
