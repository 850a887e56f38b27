-- _count_tasks: how many tasks a queue has, counted from its floor up to `most`; most + 1: it has more. Needs the plans
-- that its callers pin.
create or replace function taskqueue._count_tasks(queue_id integer, most integer, floor timestamptz,
  purged pg_snapshot) returns bigint
language plpgsql stable as $$
declare
  counted bigint;
begin
  if purged is null then                -- the index alone is enough
    select count(*) into counted from (
      select from taskqueue._tasks as t where t.queue_id = _count_tasks.queue_id and t.due >= floor order by t.due
        limit most + 1) as found_tasks;
  else
    select count(*) into counted from (
      select from taskqueue._tasks as t
      where t.queue_id = _count_tasks.queue_id and t.due >= floor and not taskqueue._is_purged(t.id, purged)
      order by t.due limit most + 1) as found_tasks;
  end if;
  return counted;
end
$$;
