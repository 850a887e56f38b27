-- _scan_tasks: the first tasks of a queue that match a filter, by due time. It looks at no more than 50000 tasks and
-- for no longer than 80 ms, a chunk at a time, and says where it stopped. A name is found by the index of names,
-- whatever else the filter asks for. Needs the plans that its callers pin.
--
-- The states that lie ahead of now, and the one that does not, bound the range.
--
-- Arguments  after      where the call before stopped; null: the first task
--            max_tasks  null: all
-- Returns    next_position   where the next call continues; null: the end of the queue was reached
create or replace function taskqueue._scan_tasks(source taskqueue._queues, filter jsonb, after text,
  max_tasks integer, out ids bigint[], out looked_at bigint, out next_position text)
language plpgsql stable as $$
declare
  most_rows constant integer := 50000;
  chunk constant integer := case when filter = '{}' then coalesce(max_tasks, 2500) else 2500 end;
  ends constant timestamptz := clock_timestamp() + interval '80 ms';
  now constant timestamptz := taskqueue._now();
  at record;
  page record;
  named bigint;
begin
  perform taskqueue._check_filter(filter);
  ids := '{}';
  looked_at := 0;
  if filter ? 'name' then
    named := taskqueue._find_task(source, filter ->> 'name');
    ids := taskqueue._matching_tasks(array[named], filter);
    looked_at := (named is not null)::integer;
    return;
  end if;
  at := taskqueue._read_position(source, after);
  if at.due is null and filter ->> 'state' in ('scheduled', 'retrying') then
    at.due := now;
  end if;
  loop
    select * into page from taskqueue._page_of_tasks(source, at.due, at.id, chunk);
    looked_at := looked_at + coalesce(cardinality(page.ids), 0);
    ids := ids || taskqueue._matching_tasks(page.ids, filter);
    at.due := page.next_after;
    at.id := page.next_id;
    if cardinality(ids) > max_tasks then
      ids := ids[1:max_tasks];
      select t.due, t.id into at from taskqueue._tasks as t where t.id = ids[max_tasks];
    end if;
    exit when at.due is null or filter ->> 'state' = 'due' and at.due > now;
    next_position := taskqueue._position(source.id, at.due, at.id);
    exit when cardinality(ids) >= max_tasks or looked_at >= most_rows or clock_timestamp() >= ends;
    next_position := null;
  end loop;
end
$$;
